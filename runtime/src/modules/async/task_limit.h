#pragma once

#include <lua.hpp>

namespace arun::modules {

// task_limit(task, seconds): asks the task to end when the time is up; to be closed (`<close>`) before. Methods:
//   expired()   whether the time was up
int new_task_limit(lua_State* L);

}  // namespace arun::modules
