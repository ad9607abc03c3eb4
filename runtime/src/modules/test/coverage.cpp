#include "modules/test/coverage.h"

#include <cstdint>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/kernel.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.line_counts";
const char kKey = 0;  // of the Counts in the registry

struct Counts {
  using Lines = std::vector<std::uint64_t>;

  std::unordered_map<std::string, Lines> files;  // by the chunk's source, "@file"
  std::pair<const std::string, Lines>* last = nullptr;

  void add(const char* source, int line) {
    if (*source != '@' || line < 1) return;
    if (last == nullptr || last->first != source) last = &*files.try_emplace(source).first;
    Lines& lines = last->second;
    auto index = static_cast<std::size_t>(line);
    if (index >= lines.size()) lines.resize(index + 1);
    ++lines[index];
  }
};

Counts* find_counts(lua_State* L) {
  lua_rawgetp(L, LUA_REGISTRYINDEX, &kKey);
  auto* counts = static_cast<Counts*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  return counts;
}

void line_begins(lua_State* L, lua_Debug* ar) {
  lua_getinfo(L, "Sl", ar);
  Counts* counts = find_counts(L);
  if (counts == nullptr) return;
  try {
    counts->add(ar->source, ar->currentline);
  } catch (const std::bad_alloc&) {
    return;  // a line that is not counted
  }
}

}  // namespace

int count_lines(lua_State* L) {
  if (find_counts(L) == nullptr) {
    new (lua_newuserdatauv(L, sizeof(Counts), 0)) Counts;
    lua::push_metatable(L, kMetatable, [](lua_State* state) {
      lua_pushcfunction(state, lua::destroy<Counts>);
      lua_setfield(state, -2, "__gc");
    });
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &kKey);
  }
  // A new thread takes over the hook of the one that makes it.
  for (lua_State* thread : {L, kernel::kernel_of(L).main, kernel::kernel_of(L).holder}) {
    lua_sethook(thread, line_begins, LUA_MASKLINE, 0);
  }
  return 0;
}

int counted_lines(lua_State* L) {
  lua_newtable(L);
  const Counts* counts = find_counts(L);
  if (counts == nullptr) return 1;
  for (const auto& [source, lines] : counts->files) {
    lua_newtable(L);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      if (lines[i] == 0) continue;
      lua_pushinteger(L, static_cast<lua_Integer>(lines[i]));
      lua_rawseti(L, -2, static_cast<lua_Integer>(i));
    }
    lua_setfield(L, -2, source.c_str() + 1);
  }
  return 1;
}

}  // namespace arun::modules
