#pragma once

#include <lua.hpp>

namespace arun::modules {

// set_slow_callback(seconds): tasks that hold the loop longer are reported; nil or 0 turns it off.
int set_slow_callback(lua_State* L);

// task:set_time_slice(seconds): the task is suspended when it has run so long without waiting; nil or 0 turns it off.
int task_set_time_slice(lua_State* L);

}  // namespace arun::modules
