#include "lua/place.h"

#include <cstring>

namespace arun::lua {

bool is_own_part(const char* source) {
  return std::strncmp(source, "=arun/", 6) == 0;
}

int find_script_line(lua_State* L, int level, lua_Debug* ar) {
  for (; lua_getstack(L, level, ar) != 0; ++level) {
    lua_getinfo(L, "Sl", ar);
    if (ar->currentline > 0 && !is_own_part(ar->source)) return level;
  }
  return -1;
}

}  // namespace arun::lua
