#pragma once

#include <lua.hpp>

namespace arun::modules {

// gather(list [, {return_errors = true}]): runs all at the same time; the first result of each, in the list's order;
// with return_errors, a second list holds the errors at their places.
int gather(lua_State* L);

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
