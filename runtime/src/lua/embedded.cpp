#include "lua/embedded.h"

#include <cstring>

namespace arun::lua {

bool push_embedded(lua_State* L, const char* name) {
  for (const EmbeddedChunk* chunk = kEmbeddedChunks; chunk->name != nullptr; ++chunk) {
    if (std::strcmp(chunk->name, name) != 0) continue;
    if (luaL_loadbufferx(L, reinterpret_cast<const char*>(chunk->code), chunk->size, name, "b") != LUA_OK) lua_error(L);
    return true;
  }
  return false;
}

}  // namespace arun::lua
