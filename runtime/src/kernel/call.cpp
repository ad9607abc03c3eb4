#include "kernel/call.h"

#include <cstdio>
#include <cstring>

#include "kernel/kernel.h"
#include "kernel/report.h"
#include "lua/args.h"
#include "lua/error.h"

namespace arun::kernel {
namespace {

constexpr const char* kMetatable = "arun.coroutine";
constexpr const char* kWatcherMetatable = "arun.coroutine_watcher";

// After so many calls without a name (called back from C, ...) an async function goes by its definition: asking is not
// free.
constexpr std::uint32_t kNameTries = 8;
// A task step that makes more coroutine objects than this has the first of them looked at before it ends.
constexpr std::uint32_t kMostYoung = 1 << 14;
// The stack of the thread that holds the young ones grows by so many slots.
constexpr std::uint32_t kYoungStep = 16;
// User values of one userdata.
constexpr int kMostArguments = 60'000;

// Pushes an object with room for function and arguments.
Call* new_call(lua_State* L, int arguments, Origin origin, bool used) {
  check_arguments(L, arguments);
  auto* call = static_cast<Call*>(lua_newuserdatauv(L, sizeof(Call), arguments + 1));
  *call = {Tag::call, origin, static_cast<std::uint16_t>(arguments), used, false};
  return call;
}

// Remembers the object on top of L until the task step ends.
void add_young(lua_State* L, Kernel& kernel) {
  if (kernel.young_calls >= kMostYoung) watch_unused_calls(kernel);
  if (kernel.young_calls % kYoungStep == 0 && !lua_checkstack(kernel.young, kYoungStep)) return;  // it has no watcher
  lua_pushvalue(L, -1);
  lua_xmove(L, kernel.young, 1);
  ++kernel.young_calls;
  ++kernel.unused_young_calls;
}

// An async function. Upvalues: its AsyncFunction, the metatable of coroutine objects, the function.
constexpr int kKnown = lua_upvalueindex(1);
constexpr int kCallMetatable = lua_upvalueindex(2);
constexpr int kFunction = lua_upvalueindex(3);

// Lua also says "?", "integer index", "for iterator".
bool is_name(const char* text) {
  return text != nullptr && *text != '?' && std::strchr(text, ' ') == nullptr;
}

// What the caller of the async function calls it, for good; else "function <main.lua:3>", for the time being.
std::uint32_t find_name(lua_State* L, Kernel& kernel, AsyncFunction* async) {
  lua_Debug ar;
  lua_getstack(L, 0, &ar);
  lua_getinfo(L, "n", &ar);
  if (is_name(ar.name)) return async->name = kernel.places.intern_name(ar.name);
  lua_pushvalue(L, kFunction);
  lua_getinfo(L, ">S", &ar);
  char definition[LUA_IDSIZE + 32];
  std::snprintf(definition, sizeof definition, "function <%s:%d>", ar.short_src, ar.linedefined);
  std::uint32_t name = kernel.places.intern_name(*ar.what == 'C' ? "C function" : definition);
  if (++async->tries == kNameTries) async->name = name;
  return name;
}

int call_async(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  auto* async = static_cast<AsyncFunction*>(lua_touserdata(L, kKnown));
  std::uint32_t name = async->name != 0 ? async->name : find_name(L, kernel, async);
  int arguments = lua_gettop(L);
  new_call(L, arguments, {kernel.places.calling_line(L, &async->last_call), name}, false);
  int object = arguments + 1;
  lua_pushvalue(L, kCallMetatable);
  lua_setmetatable(L, object);
  lua_pushvalue(L, kFunction);
  lua_setiuservalue(L, object, 1);
  for (int i = 1; i <= arguments; ++i) {
    lua_pushvalue(L, i);
    lua_setiuservalue(L, object, i + 1);
  }
  add_young(L, kernel);
  return 1;
}

int call_tostring(lua_State* L) {
  lua_pushliteral(L, "<coroutine ");
  push_call_description(L, 1);
  lua_pushliteral(L, ">");
  lua_concat(L, 3);
  return 1;
}

// Stands between an unused Call and its function, its user value 1.
struct Watcher {
  Origin origin;
  bool armed;  // the object was not used yet
};

int watcher_collected(lua_State* L) {
  auto* watcher = static_cast<Watcher*>(lua_touserdata(L, 1));
  if (!watcher->armed) return 0;
  watcher->armed = false;
  --kernel_of(L).watched_calls;
  report_unawaited(kernel_of(L), watcher->origin);
  return 0;
}

// Puts a watcher between each unused young Call and its function.
int watch_all(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  luaL_getmetatable(L, kWatcherMetatable);
  int metatable = lua_gettop(L);
  for (int i = 1, count = static_cast<int>(kernel.young_calls); i <= count; ++i) {
    auto* call = static_cast<Call*>(lua_touserdata(kernel.young, i));
    if (!call->used) {
      lua_pushvalue(kernel.young, i);
      lua_xmove(kernel.young, L, 1);
      auto* watcher = static_cast<Watcher*>(lua_newuserdatauv(L, sizeof(Watcher), 1));
      *watcher = {call->origin, true};
      lua_pushvalue(L, metatable);
      lua_setmetatable(L, -2);
      lua_getiuservalue(L, -2, 1);
      lua_setiuservalue(L, -2, 1);
      lua_setiuservalue(L, -2, 1);
      lua_pop(L, 1);
      call->watched = true;
      ++kernel.watched_calls;
    }
  }
  return 0;
}

}  // namespace

void open_calls(lua_State* L, Kernel& kernel) {
  luaL_newmetatable(L, kMetatable);
  lua_pushcfunction(L, call_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "coroutine");
  lua_setfield(L, -2, "__name");
  lua_pop(L, 1);
  luaL_newmetatable(L, kWatcherMetatable);
  lua_pushcfunction(L, watcher_collected);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
  kernel.young = lua_newthread(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kernel.young);
}

void watch_unused_calls(Kernel& kernel) {
  if (kernel.unused_young_calls > 0) {
    // Out of memory, those that have no watcher yet stay without.
    lua_pushcfunction(kernel.main, watch_all);
    if (lua_pcall(kernel.main, 0, 0, 0) != LUA_OK) lua_pop(kernel.main, 1);
  }
  lua_settop(kernel.young, 0);
  kernel.young_calls = kernel.unused_young_calls = 0;
}

void check_arguments(lua_State* L, int arguments) {
  if (arguments > kMostArguments) lua::raise_usage(L, "too many arguments for a coroutine (%d)", arguments);
}

Call* push_call(lua_State* L, int arguments, Origin origin) {
  int function = lua_gettop(L) - arguments;
  Call* call = new_call(L, arguments, origin, true);
  luaL_setmetatable(L, kMetatable);
  lua_insert(L, function);
  for (int i = arguments; i >= 0; --i) lua_setiuservalue(L, function, i + 1);
  return call;
}

Call* to_call(lua_State* L, int index) {
  return to_tagged<Call>(L, index, Tag::call);
}

void use_call(lua_State* L, int index, Call* call) {
  if (call->used) {
    push_call_description(L, index);
    lua::raise_usage(L, "coroutine %s was awaited already: it runs only once", lua_tostring(L, -1));
  }
  call->used = true;
  Kernel& kernel = kernel_of(L);
  if (!call->watched) {
    if (kernel.unused_young_calls > 0) --kernel.unused_young_calls;
    return;
  }
  lua_getiuservalue(L, index, 1);
  static_cast<Watcher*>(lua_touserdata(L, -1))->armed = false;
  --kernel.watched_calls;
  lua_pop(L, 1);
}

int unpack_call(lua_State* L) {
  const auto* call = static_cast<const Call*>(lua_touserdata(L, -1));
  int values = static_cast<int>(call->arguments) + 1;
  if (!lua_checkstack(L, values + 1)) {
    lua_pop(L, 1);
    return -1;
  }
  int object = lua_gettop(L);
  for (int i = 2; i <= values; ++i) lua_getiuservalue(L, object, i);
  lua_getiuservalue(L, object, 1);
  if (call->watched) {
    lua_getiuservalue(L, -1, 1);
    lua_replace(L, -2);
  }
  lua_replace(L, object);
  return values;
}

int make_async(lua_State* L) {
  lua::check_function(L, 1);
  lua_settop(L, 1);
  *static_cast<AsyncFunction*>(lua_newuserdatauv(L, sizeof(AsyncFunction), 0)) = {};
  luaL_getmetatable(L, kMetatable);
  lua_rotate(L, 1, -1);
  lua_pushcclosure(L, call_async, 3);
  return 1;
}

AsyncFunction* to_async(lua_State* L, int index) {
  if (lua_tocfunction(L, index) != call_async) return nullptr;
  lua_getupvalue(L, index, 1);
  auto* async = static_cast<AsyncFunction*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  return async;
}

void to_plain_call(lua_State* L, int index) {
  if (to_async(L, index) != nullptr) {
    lua_getupvalue(L, index, 3);
    lua_replace(L, index);
  } else if (Call* call = to_call(L, index)) {
    if (lua_gettop(L) > index) lua::raise_usage(L, "a coroutine object takes no further arguments");
    use_call(L, index, call);
    if (unpack_call(L) < 0) lua::raise_usage(L, "too many arguments for a coroutine");
  }
}

void push_call_description(lua_State* L, int index) {
  const auto* call = static_cast<const Call*>(lua_touserdata(L, index));
  Kernel& kernel = kernel_of(L);
  const char* name = kernel.places.name(call->origin.name).c_str();
  lua_pushfstring(L, "%s at %s", *name != '\0' ? name : "?", kernel.places.text(call->origin.place).c_str());
}

}  // namespace arun::kernel
