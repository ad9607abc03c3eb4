#pragma once

#include <lua.hpp>

namespace arun::modules {

// sleep(seconds [, value]): value, after that time; 0 lets every other ready task run first.
int sleep(lua_State* L);

}  // namespace arun::modules
