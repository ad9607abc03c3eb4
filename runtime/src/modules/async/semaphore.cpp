#include "modules/async/semaphore.h"

#include <limits>
#include <new>

#include "kernel/suspend.h"
#include "kernel/tag.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/self.h"
#include "lua/userdata.h"
#include "modules/async/waitlist.h"

namespace arun::modules {
namespace {

using kernel::Task;

constexpr const char* kSemaphoreMetatable = "arun.semaphore";
constexpr const char* kLockMetatable = "arun.lock";
constexpr const char* kGuardMetatable = "arun.guard";

struct Semaphore {
  kernel::Tag tag = kernel::Tag::semaphore;
  bool lock = false;
  lua_Integer free = 0;
  lua_Integer size = 0;
  WaitList waiters;
  // Who took it last, for reports: the task's number and the name of its function, and where it did.
  std::uint32_t taker = 0;
  std::uint32_t taker_name = 0;
  std::uint32_t taken_at = 0;
  kernel::CallSite last_call;

  void note_taken(lua_State* L) {
    kernel::Kernel& kernel = kernel::kernel_of(L);
    const Task* task = kernel.scheduler.running();
    taker = task != nullptr ? task->id : 0;
    taker_name = task != nullptr ? task->origin.name : 0;
    taken_at = kernel.places.calling_line(L, &last_call);
  }
};

// In a userdata whose user value 1 is the semaphore.
struct Guard {
  kernel::Tag tag = kernel::Tag::guard;
  bool holds = false;
};

Semaphore* to_semaphore(lua_State* L, int index) {
  return kernel::to_tagged<Semaphore>(L, index, kernel::Tag::semaphore);
}

Semaphore* check_semaphore(lua_State* L) {
  Semaphore* semaphore = to_semaphore(L, 1);
  if (semaphore == nullptr) lua::self_error(L, "semaphore or lock");
  return semaphore;
}

Guard* check_guard(lua_State* L) {
  auto* guard = kernel::to_tagged<Guard>(L, 1, kernel::Tag::guard);
  if (guard == nullptr) lua::self_error(L, "guard");
  return guard;
}

// Pushes the guard of the semaphore at 1, which holds nothing yet: what comes afterwards cannot fail. The metatable of
// guards is the upvalue of the functions that make them.
Guard* push_guard(lua_State* L) {
  auto* guard = new (lua_newuserdatauv(L, sizeof(Guard), 1)) Guard;
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_setmetatable(L, -2);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  return guard;
}

// Waits for its turn; the guard lies on top of the waiting thread's stack.
class Acquire final : public kernel::Operation, public ListWaiter {
 public:
  explicit Acquire(Semaphore* semaphore) : semaphore_(semaphore) { enter(&semaphore->waiters); }

  void wake(lua_State* L, int) override {
    leave();
    kernel::kernel_of(L).scheduler.complete(this);
  }

  int finish(lua_State* L) override {
    static_cast<Guard*>(lua_touserdata(L, -1))->holds = true;
    semaphore_->note_taken(L);
    return 1;
  }

  CancelResult cancel(kernel::Kernel&) override {
    leave();
    return CancelResult::detached;
  }

  void describe(std::string* out) const override { *out = semaphore_->lock ? "a lock" : "a semaphore"; }

  void find_blocker(kernel::Blocker* blocker) const override {
    blocker->kind = semaphore_->size == 1 ? kernel::Blocker::Kind::holder : kernel::Blocker::Kind::last_holder;
    blocker->last = semaphore_->taker;
    blocker->did = {semaphore_->taken_at, semaphore_->taker_name};
  }

  void dispose() override {}

 private:
  Semaphore* semaphore_;
};

int acquire(lua_State* L) {
  Semaphore* semaphore = check_semaphore(L);
  lua_settop(L, 1);
  Guard* guard = push_guard(L);
  if (semaphore->free == 0) {
    Task* task = kernel::begin_suspend(L);
    return kernel::suspend(L, task, task->emplace<Acquire>(semaphore));
  }
  --semaphore->free;
  guard->holds = true;
  semaphore->note_taken(L);
  return 1;
}

int try_acquire(lua_State* L) {
  Semaphore* semaphore = check_semaphore(L);
  lua_settop(L, 1);
  Guard* guard = push_guard(L);  // first: the collector may run, and with it whatever finalizers do
  if (semaphore->free == 0) return 0;
  --semaphore->free;
  guard->holds = true;
  semaphore->note_taken(L);
  return 1;
}

void give_back(lua_State* L, Semaphore* semaphore) {
  if (!semaphore->waiters.empty()) {
    static_cast<ListWaiter*>(semaphore->waiters.ring.next)->wake(L, 0);
    return;
  }
  if (semaphore->free >= semaphore->size) lua::raise_usage(L, "released more often than acquired");
  ++semaphore->free;
}

int release(lua_State* L) {
  give_back(L, check_semaphore(L));
  return 0;
}

int locked(lua_State* L) {
  lua_pushboolean(L, check_semaphore(L)->free == 0);
  return 1;
}

// Also __close.
int guard_release(lua_State* L) {
  Guard* guard = check_guard(L);
  if (!guard->holds) return 0;
  guard->holds = false;
  lua_getiuservalue(L, 1, 1);
  give_back(L, to_semaphore(L, -1));
  return 0;
}

void push_guard_metatable(lua_State* L) {
  lua::push_metatable(L, kGuardMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"release", guard_release}, {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    lua_pushcfunction(state, guard_release);
    lua_setfield(state, -2, "__close");
    lua_pushliteral(state, "guard");
    lua_setfield(state, -2, "__name");
  });
}

void push_methods(lua_State* L) {
  const luaL_Reg methods[] = {
      {"acquire", acquire}, {"try_acquire", try_acquire}, {"release", release}, {"locked", locked}, {nullptr, nullptr}};
  luaL_newlibtable(L, methods);
  push_guard_metatable(L);
  luaL_setfuncs(L, methods, 1);
}

// Both have the same methods, those of the first of the two.
void fill_metatable(lua_State* L, const char* name) {
  if (luaL_getmetatable(L, kSemaphoreMetatable) == LUA_TTABLE) {
    lua_getfield(L, -1, "__index");
    lua_remove(L, -2);
  } else {
    lua_pop(L, 1);
    push_methods(L);
  }
  lua_setfield(L, -2, "__index");
  lua_pushstring(L, name);
  lua_setfield(L, -2, "__name");
}

void push_metatable(lua_State* L, bool lock) {
  lock ? lua::push_metatable(L, kLockMetatable, [](lua_State* state) { fill_metatable(state, "lock"); })
       : lua::push_metatable(L, kSemaphoreMetatable, [](lua_State* state) { fill_metatable(state, "semaphore"); });
}

int make(lua_State* L, bool lock, lua_Integer free, lua_Integer size) {
  auto* semaphore = new (lua_newuserdatauv(L, sizeof(Semaphore), 0)) Semaphore;
  semaphore->lock = lock;
  semaphore->free = free;
  semaphore->size = size;
  push_metatable(L, lock);
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace

int new_semaphore(lua_State* L) {
  lua_Integer n = lua::check_integer(L, 1);
  // Started at 0 it may be released any number of times: it counts what there is.
  return make(L, false, n, n > 0 ? n : std::numeric_limits<lua_Integer>::max());
}

int new_lock(lua_State* L) {
  return make(L, true, 1, 1);
}

int is_lock(lua_State* L) {
  const Semaphore* semaphore = to_semaphore(L, 1);
  lua_pushboolean(L, semaphore != nullptr && semaphore->lock);
  return 1;
}

int held(lua_State* L) {
  const Semaphore* semaphore = check_semaphore(L);
  bool counts = semaphore->size == std::numeric_limits<lua_Integer>::max();
  lua_pushinteger(L, counts ? 0 : semaphore->size - semaphore->free);
  return 1;
}

int semaphore_methods(lua_State* L) {
  push_metatable(L, false);
  lua_getfield(L, -1, "__index");
  return 1;
}

int guard_methods(lua_State* L) {
  push_guard_metatable(L);
  lua_getfield(L, -1, "__index");
  return 1;
}

}  // namespace arun::modules
