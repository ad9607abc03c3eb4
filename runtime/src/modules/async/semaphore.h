#pragma once

#include <lua.hpp>

namespace arun::modules {

// semaphore(n), lock(): see lua-stdlib/arun/async/sync.lua, which documents their methods. Written here because each
// knows who took it last and where: in Lua, asking for that took as long as all the rest.
int new_semaphore(lua_State* L);
int new_lock(lua_State* L);

// is_lock(x): whether x is a lock.
int is_lock(lua_State* L);
// held(semaphore): by how many it is held; of one that was started at 0, always 0.
int held(lua_State* L);

// semaphore_methods(), guard_methods(): the tables of their methods.
int semaphore_methods(lua_State* L);
int guard_methods(lua_State* L);

}  // namespace arun::modules
