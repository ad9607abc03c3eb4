// Places in scripts ("main.lua:12") and names of functions as small numbers: a task or a coroutine object remembers
// where it was made at the cost of four bytes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <lua.hpp>

namespace arun::kernel {

// Where a coroutine object or a task was made, and the name of its function; 0 = not known.
struct Origin {
  std::uint32_t place = 0;
  std::uint32_t name = 0;
};

// Who called a function last, and where that is. Looking a place up costs more than all else that many a function does;
// mistaking a caller for another one at the same address and line would only misname a place in a report.
struct CallSite {
  const void* caller = nullptr;
  int line = 0;
  std::uint32_t place = 0;
};

class Places {
 public:
  Places();

  // The script's line that called the running C function, directly or by way of others (pcall, arun's own Lua parts);
  // 0 when there is none. Direct: at level 1 of the stack.
  std::uint32_t calling_line(lua_State* L, bool* direct = nullptr);
  // The same for a function whose last call was at this site, which is likely the site of this one, too.
  std::uint32_t calling_line(lua_State* L, CallSite* last);
  std::uint32_t intern_name(const char* name);

  // "main.lua:12"; "?" for 0.
  const std::string& text(std::uint32_t place) const { return texts_[place]; }
  const std::string& name(std::uint32_t name) const { return names_[name]; }

 private:
  // A script that keeps compiling new chunks keeps making new places: beyond this many they all are "?".
  static constexpr std::size_t kMost = 1 << 16;

  // Lines by the address of their source's name, in a table of one entry a bucket: a line that is pushed out is only
  // looked up by its text again.
  struct Line {
    const void* source;
    int line;
    std::uint32_t place;
  };
  static constexpr std::size_t kLines = 1024;

  std::vector<Line> lines_;
  std::unordered_map<std::string, std::uint32_t> by_text_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  std::vector<std::string> texts_;
  std::vector<std::string> names_;
};

}  // namespace arun::kernel
