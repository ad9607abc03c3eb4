// What a test runner asks of its own process.
#pragma once

#include <lua.hpp>

namespace arun::modules {

// channel(fd): a Lua file to write to the descriptor, which the programs that tests start do not inherit. Of standard
// output (1) it is a copy, and what is written to standard output goes to standard error from then on: a report on it
// stays whole, whatever the tests print.
int open_channel(lua_State* L);
// is_terminal(fd)
int is_terminal(lua_State* L);
// change_directory(path)
int change_directory(lua_State* L);
// descriptors(): how many file descriptors are open.
int count_descriptors(lua_State* L);
// end_with_parent(): the process is killed when the one that started it ends.
int end_with_parent(lua_State* L);

}  // namespace arun::modules
