#include "lua/self.h"

#include "lua/args.h"
#include "lua/error.h"
#include "lua/function_name.h"

namespace arun::lua {
namespace {

// The name of the method is on top of the stack.
[[noreturn]] int bad_self(lua_State* L, const char* expected) {
  const char* method = lua_tostring(L, -1);
  raise_usage(L, "calling '%s' on bad self (%s expected, got %s: call it with ':')", method, expected,
              push_type_name(L, 1));
}

// The upvalues are the classes.
bool has_class(lua_State* L, int number) {
  return !lua_isnone(L, lua_upvalueindex(number));
}

// The method runs at level 1.
void push_method_name(lua_State* L) {
  lua_Debug ar{};
  lua_getstack(L, 1, &ar);
  lua_getinfo(L, "nf", &ar);
  int function = lua_gettop(L);
  for (int number = 1; has_class(L, number); ++number) {
    if (push_key_of(L, lua_upvalueindex(number), function)) return;
  }
  lua_pushstring(L, ar.name != nullptr ? ar.name : "?");
}

int wrong_self(lua_State* L) {
  lua_settop(L, 1);
  lua_pushliteral(L, "");
  for (int number = 1; has_class(L, number); ++number) {
    if (number > 1) lua_pushliteral(L, " or ");
    lua_getfield(L, lua_upvalueindex(number), "__name");
    lua_concat(L, lua_gettop(L) - 1);
  }
  push_method_name(L);
  bad_self(L, lua_tostring(L, 2));
}

int check(lua_State* L) {
  if (lua_getmetatable(L, 1) == 0) return wrong_self(L);
  for (int number = 1; lua_rawequal(L, -1, lua_upvalueindex(number)) == 0; ++number) {
    if (!has_class(L, number + 1)) return wrong_self(L);
  }
  lua_settop(L, 1);
  return 1;
}

}  // namespace

int self_error(lua_State* L, const char* expected) {
  lua_settop(L, 1);
  push_running_name(L);
  bad_self(L, expected);
}

int self_check(lua_State* L) {
  int classes = lua_gettop(L);
  for (int i = 1; i <= classes; ++i) check_table(L, i);
  lua_pushcclosure(L, check, classes);
  return 1;
}

}  // namespace arun::lua
