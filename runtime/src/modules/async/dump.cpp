#include "modules/async/dump.h"

#include <new>
#include <string>

#include "kernel/kernel.h"
#include "kernel/report/overview.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.Text";

}  // namespace

int tree(lua_State* L) {
  // In a userdata, for Lua may raise while it is pushed.
  auto* text = new (lua_newuserdatauv(L, sizeof(std::string), 0)) std::string;
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    lua_pushcfunction(state, lua::destroy<std::string>);
    lua_setfield(state, -2, "__gc");
  });
  lua_setmetatable(L, -2);
  *text = kernel::tree_of_tasks(kernel::LiveTasks(kernel::kernel_of(L), 0));
  lua_pushlstring(L, text->data(), text->size());
  return 1;
}

}  // namespace arun::modules
