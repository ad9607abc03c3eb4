/* switch TASKS ROUNDS: the limit for tasks that are Lua coroutines. No scheduler and no loop: C
   resumes each coroutine in turn, which yields through a C function. */
#include <lauxlib.h>
#include <lua.h>

#include "stopwatch.h"

static int give_way(lua_State* L) {
  return lua_yield(L, 0);
}

int main(int argc, char** argv) {
  check(argc == 3, "usage: switch TASKS ROUNDS");
  int tasks = atoi(argv[1]);
  int rounds = atoi(argv[2]);
  lua_State* L = luaL_newstate();
  const char* code = "return function(give_way, rounds) for _ = 1, rounds do give_way() end end";
  check(luaL_dostring(L, code) == LUA_OK, "load");
  check(lua_checkstack(L, tasks + LUA_MINSTACK), "stack");
  lua_State** coroutines = malloc((size_t)tasks * sizeof *coroutines);

  stopwatch watch = stopwatch_start();
  int results;
  for (int i = 0; i < tasks; i++) {
    coroutines[i] = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, coroutines[i], 1);
    lua_pushcfunction(coroutines[i], give_way);
    lua_pushinteger(coroutines[i], rounds);
    check(lua_resume(coroutines[i], L, 2, &results) == LUA_YIELD, "start");
  }
  for (int round = 1; round <= rounds; round++) {
    for (int i = 0; i < tasks; i++) {
      int status = lua_resume(coroutines[i], L, 0, &results);
      check(status == (round < rounds ? LUA_YIELD : LUA_OK), "resume");
    }
  }
  stopwatch_report(watch, (long)tasks * rounds, 0);
  lua_close(L);
  free(coroutines);
}
