// Places in scripts ("main.lua:12") and names of functions as small numbers: a task or a coroutine object remembers
// where it was made at the cost of four bytes.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <lua.hpp>

namespace arun::kernel {

class Places {
 public:
  Places();

  // The line that runs at this level of L's stack; 0 when that is no Lua code.
  std::uint32_t here(lua_State* L, int level);
  std::uint32_t intern_name(const char* name);

  // "main.lua:12"; "?" for 0.
  const std::string& text(std::uint32_t place) const { return texts_[place]; }
  const std::string& name(std::uint32_t name) const { return names_[name]; }

 private:
  // A script that keeps compiling new chunks keeps making new places: beyond this many they all are "?".
  static constexpr std::size_t kMost = 1 << 16;

  struct Line {
    const void* source;
    int line;
    bool operator==(const Line&) const = default;
  };
  struct LineHash {
    std::size_t operator()(const Line& at) const {
      return (reinterpret_cast<std::size_t>(at.source) >> 4) * 31 + static_cast<std::size_t>(at.line);
    }
  };

  std::unordered_map<Line, std::uint32_t, LineHash> lines_;
  std::unordered_map<std::string, std::uint32_t> by_name_;
  std::vector<std::string> texts_;
  std::vector<std::string> names_;
};

}  // namespace arun::kernel
