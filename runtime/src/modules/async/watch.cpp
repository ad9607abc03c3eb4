#include "modules/async/watch.h"

#include <deque>
#include <memory>
#include <vector>

#include "kernel/handle.h"
#include "kernel/suspend.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/async/waitlist.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.watch";

// User value 1 of its userdata is the list of what is watched.
class Watch final : public kernel::Operation {
 public:
  void add(Task* watched, lua_Integer index) {
    ++pending_;
    if (watched->done()) return ended(index);
    tasks_.push_back(std::make_unique<TaskEnd>(this, index));
    watched->add_waiter(tasks_.back().get());
  }

  // What wakes all in the list when it ends; null: it has ended.
  void add(WaitList* list, lua_Integer index) {
    ++pending_;
    if (list == nullptr) return ended(index);
    lists_.push_back(std::make_unique<ListEnd>(this, index));
    lists_.back()->enter(list);
  }

  void close() {
    tasks_.clear();
    lists_.clear();
    ended_.clear();
    pending_ = 0;
    wake();
  }

  std::size_t pending() const { return pending_; }
  bool any_ended() const { return !ended_.empty(); }
  bool busy() const { return task != nullptr; }

  int finish(lua_State* L) override {
    let_go();
    if (ended_.empty()) return 0;  // closed
    lua_Integer index = ended_.front();
    ended_.pop_front();
    --pending_;
    lua_getiuservalue(L, 1, 1);
    lua_rawgeti(L, -1, index);
    return 1;
  }

  CancelResult cancel(Kernel&) override {
    let_go();
    return CancelResult::detached;
  }

  void describe(std::string* out) const override { *out = "the first to end of " + std::to_string(pending_); }

  void dispose() override { task = nullptr; }

 private:
  class TaskEnd final : public kernel::Waiter {
   public:
    TaskEnd(Watch* watch, lua_Integer index) : watch_(watch), index_(index) {}
    ~TaskEnd() { leave(); }
    void task_done(Task*) override { watch_->ended(index_); }
    bool looks_on() const override { return true; }

   private:
    Watch* watch_;
    lua_Integer index_;
  };

  // Both are reachable from the watch, so its end comes before that of the list.
  class ListEnd final : public ListWaiter {
   public:
    ListEnd(Watch* watch, lua_Integer index) : watch_(watch), index_(index) {}
    ~ListEnd() { leave(); }
    void wake(lua_State*, int) override {
      leave();
      watch_->ended(index_);
    }

   private:
    Watch* watch_;
    lua_Integer index_;
  };

  void ended(lua_Integer index) {
    ended_.push_back(index);
    wake();
  }

  void wake() {
    if (task != nullptr && task->operation == this && task->state == kernel::TaskState::waiting) {
      kernel::kernel_of(task->thread).scheduler.complete(this);
    }
  }

  std::vector<std::unique_ptr<TaskEnd>> tasks_;
  std::vector<std::unique_ptr<ListEnd>> lists_;
  std::deque<lua_Integer> ended_;
  std::size_t pending_ = 0;
};

Watch* check_watch(lua_State* L) {
  return static_cast<Watch*>(luaL_checkudata(L, 1, kMetatable));
}

int watch_add(lua_State* L) {
  Watch* watch = check_watch(L);
  Task* watched = kernel::to_task(L, 2);
  WaitList* list = lua_isnoneornil(L, 3) ? nullptr : check_waitlist(L, 3);
  lua_getiuservalue(L, 1, 1);
  auto index = static_cast<lua_Integer>(lua_rawlen(L, -1)) + 1;
  lua_pushvalue(L, 2);
  lua_rawseti(L, -2, index);
  if (watched != nullptr) {
    watch->add(watched, index);
  } else {
    watch->add(list, index);
  }
  return 0;
}

int watch_next(lua_State* L) {
  Watch* watch = check_watch(L);
  lua_settop(L, 1);
  if (watch->pending() == 0) return 0;
  Task* task = kernel::begin_suspend(L);
  if (watch->busy()) return lua::raise_usage(L, "another task waits for the next one already");
  if (watch->any_ended()) return kernel::suspend_completed(L, task, watch);
  return kernel::suspend(L, task, watch);
}

int watch_pending(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_watch(L)->pending()));
  return 1;
}

int watch_close(lua_State* L) {
  check_watch(L)->close();
  return 0;
}

}  // namespace

int new_watch(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(Watch), 1)) Watch;
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"add", watch_add},
                                {"next", watch_next},
                                {"pending", watch_pending},
                                {"close", watch_close},
                                {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    const luaL_Reg meta[] = {{"__gc", lua::destroy<Watch>}, {"__close", watch_close}, {nullptr, nullptr}};
    luaL_setfuncs(state, meta, 0);
  });
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_setiuservalue(L, -2, 1);
  return 1;
}

}  // namespace arun::modules
