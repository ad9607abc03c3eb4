#include "kernel/report/frames.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <utility>

#include "kernel/coroutine_lib.h"
#include "lua/place.h"

namespace arun::kernel {
namespace {

// Line `number` of a file, without its indentation.
std::string source_line(const std::string& file, int number) {
  std::ifstream stream(file);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(stream, line)) return "";
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::size_t start = line.find_first_not_of(" \t");
  if (std::any_of(line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0 && c != '\t'; }))
    return "";
  return start == std::string::npos ? "" : line.substr(start);
}

// The number that the text is; 0 when it is none.
int to_number(std::string_view text) {
  constexpr std::size_t kMostDigits = 9;
  if (text.empty() || text.size() > kMostDigits) return 0;
  int number = 0;
  for (char digit : text) {
    if (digit < '0' || digit > '9') return 0;
    number = number * 10 + (digit - '0');
  }
  return number;
}

}  // namespace

Frame parse_frame(std::string_view line) {
  Frame frame;
  frame.text = line;
  std::size_t in = line.find(": in ");
  if (in == std::string_view::npos) return frame;
  frame.function = line.substr(in + 5);
  frame.file = line.substr(0, in);
  std::size_t colon = line.rfind(':', in - 1);
  if (in == 0 || colon == std::string_view::npos || colon == 0) return frame;
  frame.line = to_number(line.substr(colon + 1, in - colon - 1));
  if (frame.line == 0) return frame;
  frame.file = line.substr(0, colon);
  return frame;
}

std::vector<Frame> parse_traceback(std::string_view text) {
  std::vector<Frame> frames;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    if (text[0] == '\t') frames.push_back(parse_frame(text.substr(1, end - 1)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  add_sources(&frames);
  return frames;
}

std::string source_of_message(const std::string& message) {
  std::size_t colon = message.find(':');
  std::size_t end = colon == std::string::npos ? colon : message.find(": ", colon + 1);
  if (end == std::string::npos) return "";
  Frame frame = parse_frame(message.substr(0, end) + ": in ");
  return frame.line > 0 ? source_line(frame.file, frame.line) : "";
}

void add_sources(std::vector<Frame>* frames) {
  for (Frame& frame : *frames) {
    if (frame.line > 0) frame.source = source_line(frame.file, frame.line);
  }
}

std::vector<Frame> script_frames(lua_State* thread) {
  std::vector<Frame> frames;
  if (lua_State* inner = inner_coroutine(thread)) frames = script_frames(inner);
  lua_Debug ar;
  for (int level = 0; lua_getstack(thread, level, &ar) != 0; ++level) {
    lua_getinfo(thread, "Sl", &ar);
    if (ar.currentline < 0 || lua::is_own_part(ar.source)) continue;
    char text[2 * LUA_IDSIZE + 64];
    if (*ar.what == 'm') {
      std::snprintf(text, sizeof text, "%s:%d: in main chunk", ar.short_src, ar.currentline);
    } else {
      std::snprintf(text, sizeof text, "%s:%d: in function <%s:%d>", ar.short_src, ar.currentline, ar.short_src,
                    ar.linedefined);
    }
    frames.push_back(parse_frame(text));
  }
  return frames;
}

std::vector<Frame> running_frames(lua_State* L, lua_State* task_thread) {
  lua_State* innermost = task_thread;
  while (lua_State* inner = inner_coroutine(innermost)) innermost = inner;
  if (innermost == L) return script_frames(task_thread);
  std::vector<Frame> frames = script_frames(L);
  for (Frame& frame : script_frames(task_thread)) frames.push_back(std::move(frame));
  return frames;
}

}  // namespace arun::kernel
