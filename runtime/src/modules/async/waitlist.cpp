#include "modules/async/waitlist.h"

#include "kernel/suspend.h"
#include "lua/error.h"
#include "lua/self.h"
#include "lua/userdata.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.waitlist";

// Waits in the list that argument 1 of the binding function holds; argument 2 says what for. The waker puts the values
// on the waiting thread's stack, above those two.
class Wait final : public kernel::Operation, public ListWaiter {
 public:
  explicit Wait(lua_State* thread) : thread_(thread) {}

  void wake(lua_State* L, int count) override {
    if (!lua_checkstack(thread_, count)) lua::raise(L, "usage", "too many values to wake a task with");
    luaL_checkstack(L, count, nullptr);
    for (int i = 0; i < count; ++i) lua_pushvalue(L, 2 + i);
    lua_xmove(L, thread_, count);
    leave();
    kernel::kernel_of(L).scheduler.complete(this);
  }

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

int list_wait(lua_State* L) {
  WaitList* list = check_waitlist(L, 1);
  lua_settop(L, 2);
  Task* task = kernel::begin_suspend(L);
  auto* operation = task->emplace<Wait>(L);
  operation->enter(list);
  return kernel::suspend(L, task, operation);
}

void wake_first(lua_State* L, WaitList* list, int count) {
  static_cast<ListWaiter*>(list->ring.next)->wake(L, count);
}

int list_wake_one(lua_State* L) {
  WaitList* list = check_waitlist(L, 1);
  bool any = !list->empty();
  if (any) wake_first(L, list, lua_gettop(L) - 1);
  lua_pushboolean(L, any);
  return 1;
}

int list_wake_all(lua_State* L) {
  WaitList* list = check_waitlist(L, 1);
  lua_Integer woken = 0;
  for (int count = lua_gettop(L) - 1; !list->empty(); ++woken) wake_first(L, list, count);
  lua_pushinteger(L, woken);
  return 1;
}

int list_size(lua_State* L) {
  const WaitList* list = check_waitlist(L, 1);
  lua_Integer size = 0;
  for (const WaitLink* at = list->ring.next; at != &list->ring; at = at->next) ++size;
  lua_pushinteger(L, size);
  return 1;
}

}  // namespace

void ListWaiter::enter(WaitList* list) {
  previous = list->ring.previous;
  next = &list->ring;
  previous->next = this;
  list->ring.previous = this;
}

void ListWaiter::leave() {
  if (next == nullptr) return;
  previous->next = next;
  next->previous = previous;
  previous = next = nullptr;
}

WaitList* check_waitlist(lua_State* L, int index) {
  auto* list = kernel::to_tagged<WaitList>(L, index, kernel::Tag::waitlist);
  if (list == nullptr) lua::self_error(L, "waitlist");
  return list;
}

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
