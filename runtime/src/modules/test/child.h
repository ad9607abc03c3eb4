#pragma once

#include <lua.hpp>

namespace arun::modules {

// child(arguments): runs this very program with these arguments (a list of strings) and waits for its end. Gives its
// exit code, the number of the signal that ended it (0: none), what it wrote to standard output and standard error, and
// what it wrote to descriptor 3. Cancelled, it interrupts the child as Ctrl-C does, and kills it when it does not end.
int run_child(lua_State* L);

}  // namespace arun::modules
