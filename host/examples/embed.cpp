// Embeds the runtime: a script calls a function of this program from two tasks that wait side by side.
#include <arun/runtime.h>

#include <cstdio>
#include <lua.hpp>

namespace {

constexpr const char* kScript = R"(
local async = require "arun.async"

local measure = async(function(sensor)
  async.sleep(0.01)
  return sensor, temperature(sensor)
end)

for task in async.as_completed { measure "indoors", measure "outdoors" } do
  print(async.await(task))
end
for _, module in ipairs { ... } do print(module, type(require(module))) end
)";

// temperature(sensor): degrees. A function of Lua's C interface, as any other.
int temperature(lua_State* L) {
  const char* sensor = luaL_checkstring(L, 1);
  lua_pushinteger(L, sensor[0] == 'i' ? 21 : -3);
  return 1;
}

}  // namespace

// The arguments are modules to require.
int main(int count, char** arguments) {
  arun::Runtime runtime({.memory_limit = std::size_t{64} << 20});
  lua_register(runtime.state(), "temperature", temperature);
  int exit_code = runtime.run_string(kScript, "script", {arguments + 1, arguments + count});
  std::fflush(stdout);
  std::printf("exit code %d\n", exit_code);
  return exit_code;
}
