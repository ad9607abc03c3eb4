#pragma once

#include <lua.hpp>

namespace arun::modules {

// queue([maxsize]), lifo_queue([maxsize]), priority_queue([maxsize [, less]]): see lua-stdlib/arun/async/queue.lua,
// which documents their methods. They are written here because in Lua a put and a get took twice the time.
int new_queue(lua_State* L);
int new_lifo_queue(lua_State* L);
int new_priority_queue(lua_State* L);

// queue_methods(): the table of their methods.
int queue_methods(lua_State* L);

}  // namespace arun::modules
