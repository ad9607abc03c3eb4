// The native part of arun.test.
#include "kernel/virtual_time.h"
#include "lua/args.h"
#include "modules/module.h"
#include "modules/test/child.h"
#include "modules/test/coverage.h"
#include "modules/test/process.h"
#include "modules/test/trial.h"

namespace arun::modules {
namespace {

// virtual_time(on): whether sleeps and time limits go by a virtual clock.
int virtual_time(lua_State* L) {
  kernel::set_virtual_time(kernel::kernel_of(L), lua_toboolean(L, 1) != 0);
  return 0;
}

// clock(): seconds of the real monotonic clock.
int clock(lua_State* L) {
  lua_pushnumber(L, static_cast<lua_Number>(uv_hrtime()) / 1e9);
  return 1;
}

}  // namespace

int open_test(lua_State* L) {
  const luaL_Reg functions[] = {{"virtual_time", virtual_time},
                                {"clock", clock},
                                {"trial", new_trial},
                                {"child", run_child},
                                {"channel", open_channel},
                                {"is_terminal", is_terminal},
                                {"change_directory", change_directory},
                                {"descriptors", count_descriptors},
                                {"end_with_parent", end_with_parent},
                                {"count_lines", count_lines},
                                {"counted_lines", counted_lines},
                                {nullptr, nullptr}};
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::modules
