#include "modules/open_handles.h"

#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "kernel/kernel.h"
#include "kernel/open_handles.h"
#include "lua/args.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

constexpr const char* kListMetatable = "arun.OpenHandleList";
constexpr const char* kHandleMetatable = "arun.OpenHandle";

struct Listed {
  std::string what;
  std::string place;
  std::string task;
  std::uint64_t number;
  bool kept;
};
using List = std::vector<Listed>;

// In a userdata: making the tables may raise, and runs the collector, which closes handles.
List* push_list(lua_State* L) {
  auto* list = new (lua_newuserdatauv(L, sizeof(List), 0)) List;
  lua::push_metatable(L, kListMetatable, [](lua_State* state) {
    lua_pushcfunction(state, lua::destroy<List>);
    lua_setfield(state, -2, "__gc");
  });
  lua_setmetatable(L, -2);
  return list;
}

void fill(List* list, const kernel::Kernel& kernel, std::uint64_t since) {
  kernel.open_handles.for_each_since(since, [&](const kernel::OpenHandle& handle) {
    std::string what;
    handle.describe(&what);
    list->push_back(
        {std::move(what), kernel.places.text(handle.place()), handle.task_name(), handle.number(), handle.kept()});
  });
}

void set_text(lua_State* L, const char* field, const std::string& text) {
  lua_pushlstring(L, text.data(), text.size());
  lua_setfield(L, -2, field);
}

class LuaHandle final : public kernel::OpenHandle {
 public:
  explicit LuaHandle(const char* what) : what_(what) {}
  void describe(std::string* out) const override { *out = what_; }

 private:
  std::string what_;
};

int close_handle(lua_State* L) {
  static_cast<LuaHandle*>(luaL_checkudata(L, 1, kHandleMetatable))->note_closed();
  return 0;
}

}  // namespace

int open_handles(lua_State* L) {
  auto since = static_cast<std::uint64_t>(lua::optional_integer(L, 1, 0));
  kernel::Kernel& kernel = kernel::kernel_of(L);
  List* list = push_list(L);
  fill(list, kernel, since);
  lua_createtable(L, static_cast<int>(list->size()), 0);
  lua_Integer index = 0;
  for (const Listed& handle : *list) {
    lua_createtable(L, 0, 5);
    set_text(L, "what", handle.what);
    set_text(L, "place", handle.place);
    if (!handle.task.empty()) set_text(L, "task", handle.task);
    lua_pushinteger(L, static_cast<lua_Integer>(handle.number));
    lua_setfield(L, -2, "number");
    lua_pushboolean(L, handle.kept);
    lua_setfield(L, -2, "kept");
    lua_rawseti(L, -2, ++index);
  }
  lua_pushinteger(L, static_cast<lua_Integer>(kernel.open_handles.last_number()));
  return 2;
}

int open_handle(lua_State* L) {
  const char* what = lua::check_path(L, 1);
  auto* handle = new (lua_newuserdatauv(L, sizeof(LuaHandle), 0)) LuaHandle(what);
  lua::push_metatable(L, kHandleMetatable, [](lua_State* state) {
    lua_pushcfunction(state, lua::destroy<LuaHandle>);
    lua_setfield(state, -2, "__gc");
    lua_pushcfunction(state, close_handle);
    lua_setfield(state, -2, "close");
    lua_pushvalue(state, -1);
    lua_setfield(state, -2, "__index");
  });
  lua_setmetatable(L, -2);
  handle->note_open(L);
  return 1;
}

}  // namespace arun::modules
