#pragma once

#include <lua.hpp>

namespace arun::modules {

// replace(path): begins to replace a file as write_file does, for content that comes in pieces; nil when the path leads
// to what cannot be replaced (a device, a FIFO). To be closed (`<close>`): without commit() the file is untouched and
// nothing is left behind. One task at a time uses it. Methods:
//   write(data)  adds to the content
//   commit()     makes it the file; afterwards it is closed
//   close()      again: nothing
// All suspend, and raise kind "io" naming the path.
int fs_replace(lua_State* L);

}  // namespace arun::modules
