#pragma once

#include <lua.hpp>

namespace arun::modules {

// Adds the methods of task handles to their metatable.
void open_task_methods(lua_State* L);

// current_task(): the handle of the running task, or nil outside any.
int current_task(lua_State* L);
// all_tasks(): the handles of the tasks of this run that have not ended, in no order.
int all_tasks(lua_State* L);

}  // namespace arun::modules
