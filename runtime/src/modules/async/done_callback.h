#pragma once

#include <lua.hpp>

namespace arun::modules {

// task:add_done_callback(fn): calls fn(task) in a task of its own when the task has ended, soon when it has already.
int add_done_callback(lua_State* L);

}  // namespace arun::modules
