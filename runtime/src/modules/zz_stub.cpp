#include "modules/module.h"
namespace arun::modules { __attribute__((weak)) int open_fs(lua_State* L) { lua_newtable(L); return 1; } }
