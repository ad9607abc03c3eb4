#include "kernel/places.h"

#include <cstring>

#include "lua/place.h"

namespace arun::kernel {

Places::Places() : lines_(kLines), texts_{"?"}, names_{""} {}

std::uint32_t Places::calling_line(lua_State* L, bool* direct) {
  lua_Debug ar;
  int level = lua::find_script_line(L, 1, &ar);
  if (direct != nullptr) *direct = level == 1;
  if (level < 0) return 0;
  Line& line =
      lines_[((reinterpret_cast<std::size_t>(ar.source) >> 4) + static_cast<std::size_t>(ar.currentline)) % kLines];
  std::size_t length = std::strlen(ar.short_src);
  if (line.source == ar.source && line.line == ar.currentline) {
    // The address of a collected chunk may come back as another one's: the text decides.
    const std::string& known = texts_[line.place];
    if (known.size() > length && known[length] == ':' && std::memcmp(known.data(), ar.short_src, length) == 0) {
      return line.place;
    }
  }
  std::string text = std::string(ar.short_src, length) + ":" + std::to_string(ar.currentline);
  auto at = by_text_.find(text);
  if (at == by_text_.end()) {
    if (texts_.size() >= kMost) return 0;
    at = by_text_.emplace(text, static_cast<std::uint32_t>(texts_.size())).first;
    texts_.push_back(std::move(text));
  }
  line = {ar.source, ar.currentline, at->second};
  return at->second;
}

std::uint32_t Places::calling_line(lua_State* L, CallSite* last) {
  lua_Debug ar;
  if (lua_getstack(L, 1, &ar) == 0) return 0;
  lua_getinfo(L, "fl", &ar);
  const void* caller = lua_topointer(L, -1);
  lua_pop(L, 1);
  if (caller != last->caller || ar.currentline != last->line) {
    bool direct = false;
    std::uint32_t place = calling_line(L, &direct);
    if (!direct) return place;
    *last = {caller, ar.currentline, place};
  }
  return last->place;
}

std::uint32_t Places::intern_name(const char* name) {
  auto [at, added] = by_name_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

}  // namespace arun::kernel
