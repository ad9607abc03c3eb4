/* spawn TASKS BATCH: the limit for tasks that are Lua coroutines. No scheduler and no loop: C
   resumes a batch of coroutines, each of which returns its argument, and uses them again. */
#include <lauxlib.h>
#include <lua.h>

#include "stopwatch.h"

int main(int argc, char** argv) {
  check(argc == 3, "usage: spawn TASKS BATCH");
  long tasks = atol(argv[1]);
  int batch = atoi(argv[2]);
  lua_State* L = luaL_newstate();
  check(luaL_dostring(L, "return function(x) return x end") == LUA_OK, "load");
  check(lua_checkstack(L, batch + LUA_MINSTACK), "stack");
  lua_State** coroutines = malloc((size_t)batch * sizeof *coroutines);
  for (int i = 0; i < batch; i++) coroutines[i] = lua_newthread(L);

  stopwatch watch = stopwatch_start();
  for (long done = 0; done < tasks; done += batch) {
    for (int i = 0; i < batch; i++) {
      lua_State* coroutine = coroutines[i];
      int results;
      lua_pushvalue(L, 1);
      lua_xmove(L, coroutine, 1);
      lua_pushinteger(coroutine, i);
      check(lua_resume(coroutine, L, 1, &results) == LUA_OK, "resume");
      check(lua_tointeger(coroutine, -1) == i, "result");
      lua_pop(coroutine, results);
    }
  }
  stopwatch_report(watch, tasks, 0);
  lua_close(L);
  free(coroutines);
}
