#include "modules/json/buffer.h"

#include <algorithm>
#include <cstdlib>

namespace arun::json {

void Buffer::grow(lua_State* L, std::size_t bytes) {
  std::size_t used = size();
  std::size_t capacity = std::max({static_cast<std::size_t>(end - begin) * 2, used + bytes, std::size_t{1024}});
  auto* grown = static_cast<char*>(std::realloc(begin, capacity));
  if (grown == nullptr) {
    lua_pushliteral(L, "not enough memory");
    lua_error(L);
  }
  begin = grown;
  at = grown + used;
  end = grown + capacity;
}

void Buffer::release() {
  std::free(begin);
  *this = Buffer{};
}

}  // namespace arun::json
