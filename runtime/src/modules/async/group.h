#pragma once

#include <lua.hpp>

#include "modules/async/task_group.h"

namespace arun::modules {

// Pushes a new group and returns it.
Group* push_group(lua_State* L, Group::Kind kind);

// Suspends the running task until the group has ended.
int wait_for_group(lua_State* L, Group* group);

// group([scope]): a set of tasks with an end; `run` instead of a scope makes it a run. Methods:
//   spawn(x, ...)     a task of the group; its handle
//   wait()            until all have ended; raises what failed (one error as it is, several as kind "group")
//   cancel([reason])  asks all to end
//   size()            how many have not ended
// When one fails the others are cancelled, and the scope, if given, too.
int new_group(lua_State* L);
int new_run(lua_State* L);

// group_error(list of errors): an error of kind "group".
int group_error(lua_State* L);

}  // namespace arun::modules
