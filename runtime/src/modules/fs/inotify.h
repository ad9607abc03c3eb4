// inotify(7) as a primitive; what its events mean to the user of fs.watch is decided in lua-stdlib/arun/fs/watch.lua.
#pragma once

#include <lua.hpp>

namespace arun::modules {

// inotify(path) -> a handle with add(path, only_directory) -> watch; remove(watch); read([seconds]) -> array of events,
// nil when the time is over; close(). `path` stands for it all in errors.
int fs_inotify(lua_State* L);

}  // namespace arun::modules
