#include "modules/async/waitlist.h"

#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.waitlist";

struct Link {
  Link* previous;
  Link* next;
};

// A ring; the userdata is its sentinel.
struct WaitList : Link {
  WaitList() : Link{this, this} {}
  bool empty() const { return next == this; }
};

// Waits in the list that argument 1 of the binding function holds; argument 2 says what for. The waker puts the values
// on the waiting thread's stack, above those two.
class Wait final : public kernel::Operation, public Link {
 public:
  explicit Wait(lua_State* thread) : Link{nullptr, nullptr}, thread_(thread) {}

  void enter(WaitList* list) {
    previous = list->previous;
    next = list;
    list->previous->next = this;
    list->previous = this;
  }
  void leave() {
    previous->next = next;
    next->previous = previous;
  }

  lua_State* thread() const { return thread_; }

  int finish(lua_State* L) override { return lua_gettop(L) - 2; }

  CancelResult cancel(Kernel&) override {
    leave();
    return CancelResult::detached;
  }

  void describe(std::string* out) const override {
    const char* what = lua_tostring(thread_, 2);
    *out = what != nullptr ? what : "another task";
  }

  void dispose() override {}

 private:
  lua_State* thread_;
};

WaitList* check_list(lua_State* L) {
  return static_cast<WaitList*>(luaL_checkudata(L, 1, kMetatable));
}

int list_wait(lua_State* L) {
  WaitList* list = check_list(L);
  lua_settop(L, 2);
  Task* task = kernel::begin_suspend(L);
  auto* operation = task->emplace<Wait>(L);
  operation->enter(list);
  return kernel::suspend(L, task, operation);
}

// Wakes the first waiter with copies of the values above the list.
void wake_first(lua_State* L, WaitList* list, int count) {
  auto* wait = static_cast<Wait*>(list->next);
  if (!lua_checkstack(wait->thread(), count)) lua::raise(L, "usage", "too many values to wake a task with");
  luaL_checkstack(L, count, nullptr);
  for (int i = 0; i < count; ++i) lua_pushvalue(L, 2 + i);
  lua_xmove(L, wait->thread(), count);
  wait->leave();
  kernel::kernel_of(L).scheduler.complete(wait);
}

int list_wake_one(lua_State* L) {
  WaitList* list = check_list(L);
  bool any = !list->empty();
  if (any) wake_first(L, list, lua_gettop(L) - 1);
  lua_pushboolean(L, any);
  return 1;
}

int list_wake_all(lua_State* L) {
  WaitList* list = check_list(L);
  lua_Integer woken = 0;
  for (int count = lua_gettop(L) - 1; !list->empty(); ++woken) wake_first(L, list, count);
  lua_pushinteger(L, woken);
  return 1;
}

int list_size(lua_State* L) {
  WaitList* list = check_list(L);
  lua_Integer size = 0;
  for (Link* at = list->next; at != list; at = at->next) ++size;
  lua_pushinteger(L, size);
  return 1;
}

}  // namespace

int new_waitlist(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(WaitList), 0)) WaitList;
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"wait", list_wait},
                                {"wake_one", list_wake_one},
                                {"wake_all", list_wake_all},
                                {"size", list_size},
                                {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
  });
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace arun::modules
