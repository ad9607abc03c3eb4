#pragma once

#include <lua.hpp>

namespace arun::modules {

// gather(list [, {return_errors = true}]): runs all at the same time; the first result of each, in the list's order;
// with return_errors, a second list holds the errors at their places.
int gather(lua_State* L);

}  // namespace arun::modules
