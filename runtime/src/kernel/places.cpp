#include "kernel/places.h"

#include <cstring>

namespace arun::kernel {

Places::Places() : texts_{"?"}, names_{""} {}

std::uint32_t Places::here(lua_State* L, int level) {
  lua_Debug ar;
  if (lua_getstack(L, level, &ar) == 0) return 0;
  lua_getinfo(L, "Sl", &ar);
  if (ar.currentline < 0) return 0;
  std::uint32_t& place = lines_[{ar.source, ar.currentline}];
  // The address of a collected chunk may come back as another one's: the text decides.
  std::size_t length = std::strlen(ar.short_src);
  if (place != 0) {
    const std::string& known = texts_[place];
    if (known.size() > length && known[length] == ':' && std::memcmp(known.data(), ar.short_src, length) == 0) return place;
  }
  if (texts_.size() >= kMost) return 0;
  place = static_cast<std::uint32_t>(texts_.size());
  texts_.push_back(std::string(ar.short_src, length) + ":" + std::to_string(ar.currentline));
  return place;
}

std::uint32_t Places::intern_name(const char* name) {
  auto [at, added] = by_name_.try_emplace(name, static_cast<std::uint32_t>(names_.size()));
  if (added) names_.emplace_back(name);
  return at->second;
}

}  // namespace arun::kernel
