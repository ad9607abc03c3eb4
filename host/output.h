// Standard output of the program: written to by Lua's print and io, never lost, and ended quietly when the reader goes.
#pragma once

struct lua_State;

namespace arun::host {

// Makes `print` and the write functions of `io` raise an error of kind "io" when standard output is a pipe that nobody
// reads any longer, so that a script like `arun lines.lua | head` ends and cleans up.
void watch_output(lua_State* L);

// Whether that happened.
bool output_broken();

// Opens /dev/null for those of the three standard descriptors that are closed: what is opened next must not take
// their place.
void open_standard_descriptors();

// Flushes standard output. When it broke, ends the process by SIGPIPE as other programs in a pipeline do; when it could
// not be written for another reason (a full disk), says so and returns false.
bool finish_output();

}  // namespace arun::host
