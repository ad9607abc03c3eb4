// Tracebacks as data: the lines that Lua writes, taken apart, with the lines of source that they name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lua.hpp>

namespace arun::kernel {

struct Frame {
  std::string text;      // as Lua writes it: "main.lua:12: in function 'f'"
  std::string file;      // "" when the line names none ("...	(skipping 5 levels)")
  int line = 0;          // 0: none, as of a C function
  std::string function;  // "function 'f'", "main chunk"
  std::string source;    // see add_sources
};

// A line of a traceback, without its tab and source. What is none gives a frame of text alone.
Frame parse_frame(std::string_view line);

// The lines of a traceback that are frames, with their sources; its heading is passed over.
std::vector<Frame> parse_traceback(std::string_view text);

// The source line of a place at the beginning of a message ("main.lua:12: unexpected symbol"); "" when there is none.
std::string source_of_message(const std::string& message);

// The script's part of the stack of a thread and of the coroutines inside it, from the innermost frame outwards.
std::vector<Frame> script_frames(lua_State* thread);

// The same for the running task, whose outermost thread is `task_thread`; L is the one that runs. Between them may be a
// coroutine of a C library, which hides the other.
std::vector<Frame> running_frames(lua_State* L, lua_State* task_thread);

// Looks up the line of source of each; "" when there is none, or no text that a terminal could show.
void add_sources(std::vector<Frame>* frames);

}  // namespace arun::kernel
