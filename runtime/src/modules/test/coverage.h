#pragma once

#include <lua.hpp>

namespace arun::modules {

// count_lines(): from now on counts how often each line of each chunk that was loaded from a file begins to run: in the
// calling coroutine, and in all that are made from now on.
int count_lines(lua_State* L);

// counted_lines(): {[file] = {[line] = count}}.
int counted_lines(lua_State* L);

}  // namespace arun::modules
