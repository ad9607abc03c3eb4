// coroutine.* for code inside tasks. A suspension inside an inner coroutine passes through every resumer to the
// scheduler: each of them yields too, and when the task goes on resumes its coroutine in place. A coroutine's own
// yields end at its own resumer, as ever.
#include "kernel/coroutine_lib.h"

#include <algorithm>
#include <iterator>

#include "kernel/cancel.h"
#include "kernel/kernel.h"
#include "kernel/protected_call.h"
#include "lua/error.h"

namespace arun::kernel {
namespace {

constexpr const char* kGeneratorMetatable = "arun.generator";

struct Generator {
  lua_State* thread;    // user value 1; null once it ended
  CancelScope closing;  // the unwinding that close_generator starts
};

// Outcome of a resume: the coroutine's own end or yield, or a suspension of the whole task that passes through.
enum class Resumed { values, error, suspension };

void enter(Kernel& kernel, lua_State* thread) {
  kernel.innermost = thread;
  kernel.safe_points.innermost_changed();
}

// lua_resetthread; its <close> handlers run on the coroutine's own stack.
int reset_thread(lua_State* L, lua_State* co) {
  Kernel& kernel = kernel_of(L);
  enter(kernel, co);
  int status = lua_resetthread(co);
  enter(kernel, L);
  return status;
}

Resumed resume(lua_State* L, lua_State* co, int arguments, int* count) {
  Kernel& kernel = kernel_of(L);
  lua_State* blocked_at = kernel.blocked_at;
  if (blocked_at == nullptr && !lua_isyieldable(L)) kernel.blocked_at = L;
  enter(kernel, co);
  int status = lua_resume(co, L, arguments, count);
  enter(kernel, L);
  kernel.blocked_at = blocked_at;
  if (status == LUA_YIELD && kernel.scheduler.suspended()) return Resumed::suspension;
  return status == LUA_OK || status == LUA_YIELD ? Resumed::values : Resumed::error;
}

bool running_own_thread(lua_State* L) {
  const Task* task = kernel_of(L).scheduler.running();
  return task != nullptr && task->thread == L;
}

lua_State* check_coroutine(lua_State* L) {
  lua_State* co = lua_tothread(L, 1);
  luaL_argexpected(L, co != nullptr, 1, "coroutine");
  return co;
}

// Why this coroutine cannot be resumed, or null.
const char* not_resumable(lua_State* L, lua_State* co) {
  if (parked(co) && lua_status(co) == LUA_YIELD) return "cannot resume a coroutine that awaits";
  if (co == L || parked(co)) return "cannot resume non-suspended coroutine";
  if (lua_status(co) == LUA_OK && lua_gettop(co) == 0) return "cannot resume dead coroutine";
  return nullptr;
}

bool move_results(lua_State* L, lua_State* co, int count) {
  if (!lua_checkstack(L, count + 1)) {
    lua_pop(co, count);
    lua_pushliteral(L, "too many results to resume");
    return false;
  }
  lua_xmove(co, L, count);
  return true;
}

// --- coroutine.resume -------------------------------------------------------------------------------------------

int resume_step(lua_State* L, lua_State* co, int arguments, lua_KContext began);

// A coroutine that was suspended with its task goes on in place.
int resume_again(lua_State* L, int, lua_KContext began) {
  lua_State* co = lua_tothread(L, 1);
  set_parked(co, false);
  return resume_step(L, co, 0, began);
}

// Stack: the coroutine at 1. `began` is the moment of the call, for passes().
int resume_step(lua_State* L, lua_State* co, int arguments, lua_KContext began) {
  int count = 0;
  switch (resume(L, co, arguments, &count)) {
    case Resumed::suspension:
      if (!running_own_thread(L)) set_parked(L, true);
      return lua_yieldk(L, 0, began, resume_again);
    case Resumed::values:
      lua_pushboolean(L, 1);
      if (move_results(L, co, count)) return count + 1;
      lua_pushboolean(L, 0);
      lua_insert(L, -2);
      return 2;
    case Resumed::error:
      break;
  }
  if (passes(kernel_of(L).scheduler.running(), static_cast<std::uint64_t>(began))) {
    reset_thread(L, co);
    lua_xmove(co, L, 1);
    return lua_error(L);
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

int coroutine_resume(lua_State* L) {
  lua_State* co = check_coroutine(L);
  int arguments = lua_gettop(L) - 1;
  const char* problem = not_resumable(L, co);
  if (problem == nullptr && !lua_checkstack(co, arguments)) problem = "too many arguments to resume";
  if (problem != nullptr) {
    lua_pushboolean(L, 0);
    lua_pushstring(L, problem);
    return 2;
  }
  lua_xmove(L, co, arguments);
  return resume_step(L, co, arguments, static_cast<lua_KContext>(kernel_of(L).cancel_clock));
}

// --- coroutine.wrap and generators -------------------------------------------------------------------------------

int guarded_done(lua_State* L, int status, lua_KContext) {
  if (status != LUA_OK && status != LUA_YIELD) return lua_error(L);
  return lua_gettop(L);
}

// The outermost function of a wrapped coroutine: closes the <close> variables of a body that fails, while they may
// still await, and lets the error go on.
int guarded(lua_State* L) {
  int status = lua_pcallk(L, lua_gettop(L) - 1, LUA_MULTRET, 0, 0, guarded_done);
  return guarded_done(L, status, 0);
}

int generator_step(lua_State* L, Generator* generator, int arguments);

int generator_again(lua_State* L, int, lua_KContext context) {
  auto* generator = reinterpret_cast<Generator*>(context);
  set_parked(generator->thread, false);
  return generator_step(L, generator, 0);
}

int generator_step(lua_State* L, Generator* generator, int arguments) {
  lua_State* co = generator->thread;
  int count = 0;
  switch (resume(L, co, arguments, &count)) {
    case Resumed::suspension:
      if (!running_own_thread(L)) set_parked(L, true);
      return lua_yieldk(L, 0, reinterpret_cast<lua_KContext>(generator), generator_again);
    case Resumed::values:
      if (lua_status(co) == LUA_OK) generator->thread = nullptr;
      if (!move_results(L, co, count)) return lua_error(L);
      return count;
    case Resumed::error:
      break;
  }
  generator->thread = nullptr;
  reset_thread(L, co);
  lua_xmove(co, L, 1);
  // As Lua's own wrap: a message gets the place of the call in front.
  if (lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

Generator* check_resumable(lua_State* L, Generator* generator) {
  lua_State* co = generator->thread;
  const char* problem = co == nullptr ? "cannot resume dead coroutine" : not_resumable(L, co);
  if (problem != nullptr) luaL_error(L, "%s", problem);
  return generator;
}

int generator_call(lua_State* L, Generator* generator, int first) {
  check_resumable(L, generator);
  int arguments = lua_gettop(L) - first + 1;
  if (!lua_checkstack(generator->thread, arguments)) return luaL_error(L, "too many arguments to resume");
  // At the start the function proper is the first argument of `guarded`.
  int below = lua_status(generator->thread) == LUA_OK ? 1 : 0;
  lua_xmove(L, generator->thread, arguments);
  return generator_step(L, generator, arguments + below);
}

// What coroutine.wrap gives: a function, upvalue 1 its generator.
int wrapped(lua_State* L) {
  return generator_call(L, static_cast<Generator*>(lua_touserdata(L, lua_upvalueindex(1))), 1);
}

int generator_metacall(lua_State* L) {
  return generator_call(L, static_cast<Generator*>(luaL_checkudata(L, 1, kGeneratorMetatable)), 2);
}

// Pushes the generator of the function at 1.
void push_generator(lua_State* L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_settop(L, 1);
  auto* generator = new (lua_newuserdatauv(L, sizeof(Generator), 1)) Generator{};
  luaL_setmetatable(L, kGeneratorMetatable);
  lua_State* co = lua_newthread(L);
  lua_setiuservalue(L, -2, 1);
  lua_pushcfunction(co, guarded);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  generator->thread = co;
}

int coroutine_wrap(lua_State* L) {
  push_generator(L);
  lua_pushcclosure(L, wrapped, 1);
  return 1;
}

// --- closing a generator -----------------------------------------------------------------------------------------

int close_step(lua_State* L, Generator* generator);

int close_again(lua_State* L, int, lua_KContext context) {
  auto* generator = reinterpret_cast<Generator*>(context);
  set_parked(generator->thread, false);
  return close_step(L, generator);
}

// Lets the generator unwind; stack: the generator at 1.
int close_step(lua_State* L, Generator* generator) {
  lua_State* co = generator->thread;
  Task* task = generator->closing.task;
  int count = 0;
  Resumed how = resume(L, co, 0, &count);
  kernel_of(L).unwinding_coroutine = nullptr;
  if (how == Resumed::suspension) {
    if (!running_own_thread(L)) set_parked(L, true);
    return lua_yieldk(L, 0, reinterpret_cast<lua_KContext>(generator), close_again);
  }
  generator->thread = nullptr;
  if (how == Resumed::values) {
    close_scope(&generator->closing, false);
    if (lua_status(co) == LUA_OK) return 0;
    reset_thread(L, co);
    return lua::raise_usage(L, "a generator that is being closed must not yield");
  }
  reset_thread(L, co);
  lua_xmove(co, L, 1);
  bool own = is_own_cancellation(L, -1, task);
  if (close_scope(&generator->closing, own)) return 0;
  return lua_error(L);
}

// coroutine.yield resumes here.
int yielded(lua_State* L, int, lua_KContext below) {
  Kernel& kernel = kernel_of(L);
  if (kernel.unwinding_coroutine == L) {
    kernel.unwinding_coroutine = nullptr;
    raise_cancellation(L, kernel, kernel.scheduler.running());
  }
  return lua_gettop(L) - static_cast<int>(below);
}

int coroutine_yield(lua_State* L) {
  if (running_own_thread(L)) return luaL_error(L, "attempt to yield from outside a coroutine");
  // The yielded values are taken off the stack by the resumer, so what is there afterwards is what it passed.
  return lua_yieldk(L, lua_gettop(L), 0, yielded);
}

// --- the rest ----------------------------------------------------------------------------------------------------

int coroutine_running(lua_State* L) {
  bool main = lua_pushthread(L) != 0 || running_own_thread(L);
  lua_pushboolean(L, main);
  return 2;
}

int coroutine_isyieldable(lua_State* L) {
  lua_State* co = lua_isthread(L, 1) ? lua_tothread(L, 1) : L;
  lua_pushboolean(L, lua_isyieldable(co) && !running_own_thread(co));
  return 1;
}

const char* status_of(lua_State* L, lua_State* co) {
  if (co == L) return "running";
  if (parked(co)) return "normal";
  switch (lua_status(co)) {
    case LUA_YIELD: {
      return "suspended";
    }
    case LUA_OK: {
      lua_Debug ar;
      if (lua_getstack(co, 0, &ar)) return "normal";
      return lua_gettop(co) == 0 ? "dead" : "suspended";
    }
    default:
      return "dead";
  }
}

int coroutine_status(lua_State* L) {
  lua_pushstring(L, status_of(L, check_coroutine(L)));
  return 1;
}

int coroutine_close(lua_State* L) {
  lua_State* co = check_coroutine(L);
  const char* status = status_of(L, co);
  if (*status == 'n' || *status == 'r') return luaL_error(L, "cannot close a %s coroutine", status);
  if (reset_thread(L, co) == LUA_OK) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_xmove(co, L, 1);
  return 2;
}

}  // namespace

int new_generator(lua_State* L) {
  push_generator(L);
  return 1;
}

int close_generator(lua_State* L) {
  auto* generator = static_cast<Generator*>(luaL_checkudata(L, 1, kGeneratorMetatable));
  lua_State* co = generator->thread;
  if (co == nullptr) return 0;
  Kernel& kernel = kernel_of(L);
  Task* task = kernel.scheduler.running();
  if (parked(co) || lua_status(co) != LUA_YIELD) {
    // Not begun: there is nothing to unwind. Running or awaiting: its resumer has it.
    if (lua_status(co) == LUA_OK && !parked(co)) generator->thread = nullptr;
    return 0;
  }
  if (task == nullptr) {
    generator->thread = nullptr;
    if (reset_thread(L, co) == LUA_OK) return 0;
    lua_xmove(co, L, 1);
    return lua_error(L);
  }
  open_scope(kernel, task, &generator->closing);
  generator->closing.requested = true;
  kernel.unwinding_coroutine = co;
  return close_step(L, generator);
}

bool lets_suspend(lua_CFunction function) {
  constexpr lua_CFunction kFunctions[] = {coroutine_resume, wrapped,  generator_metacall,          close_generator,
                                          protected_call,   try_call, protected_call_with_handler, guarded};
  return std::find(std::begin(kFunctions), std::end(kFunctions), function) != std::end(kFunctions);
}

lua_State* inner_coroutine(lua_State* L) {
  lua_Debug ar;
  if (lua_getstack(L, 0, &ar) == 0 || !lua_checkstack(L, 1)) return nullptr;
  lua_getinfo(L, "f", &ar);
  lua_CFunction function = lua_tocfunction(L, -1);
  lua_pop(L, 1);
  lua_State* inner = nullptr;
  if (function == coroutine_resume) {
    inner = lua_tothread(L, 1);
  } else if (function == wrapped || function == generator_metacall || function == close_generator) {
    const void* generator = lua_touserdata(L, function == wrapped ? lua_upvalueindex(1) : 1);
    inner = generator != nullptr ? static_cast<const Generator*>(generator)->thread : nullptr;
  }
  // One that has yielded is not inside: it was not resumed yet, or is back already.
  return inner != nullptr && (parked(inner) || lua_status(inner) == LUA_OK) ? inner : nullptr;
}

void open_coroutines(lua_State* L) {
  luaL_newmetatable(L, kGeneratorMetatable);
  const luaL_Reg generator[] = {{"__call", generator_metacall}, {"__close", close_generator}, {nullptr, nullptr}};
  luaL_setfuncs(L, generator, 0);
  lua_pop(L, 1);

  const luaL_Reg replaced[] = {
      {"resume", coroutine_resume},
      {"wrap", coroutine_wrap},
      {"yield", coroutine_yield},
      {"running", coroutine_running},
      {"isyieldable", coroutine_isyieldable},
      {"status", coroutine_status},
      {"close", coroutine_close},
      {nullptr, nullptr},
  };
  lua_getglobal(L, LUA_COLIBNAME);
  luaL_setfuncs(L, replaced, 0);
  lua_pop(L, 1);
  lua_register(L, "pcall", protected_call);
  lua_register(L, "xpcall", protected_call_with_handler);
}

}  // namespace arun::kernel
