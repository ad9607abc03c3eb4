#include "modules/async/group.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "kernel/suspend.h"
#include "kernel/taskset.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "lua/userdata.h"
#include "modules/async/scope.h"
#include "modules/async/spawn.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Outcome;
using kernel::Task;

constexpr const char* kMetatable = "arun.group";

// Stands in the results for a child that was cancelled.
const char kCancelled = 0;

class Group final : public kernel::TaskSet, public kernel::Operation {
 public:
  enum class Kind { gather, group, run };

  Group(Kernel& kernel, TaskSet* parent, Kind kind) : TaskSet(parent), kernel_(kernel), kind_(kind) {}
  // Collected with children alive only when memory ran out while they were being made: their run takes them over.
  ~Group() {
    while (Task* child = first()) {
      remove(child);
      child->index = 0;
      run()->add(child);
      kernel::cancel_task(kernel_, child, nullptr);
    }
    if (results_ != 0) kernel_.anchors.release(results_);
  }

  // Pops the results table from L: one slot a child, made beforehand so that filling it later cannot fail.
  void set_results(lua_State* L) { results_ = kernel_.anchors.add(L); }
  void keep_errors() { keep_errors_ = true; }
  void set_body(kernel::CancelScope* body) { body_ = body; }
  Kind kind() const { return kind_; }
  bool ended() const { return size() == 0 && others_ == 0; }
  bool clean() const { return failures_ == 0 && cancelled_ == 0 && subscribed_.empty() && !repeats_; }
  void note_repeat() { repeats_ = true; }
  Task* child_in(std::uint32_t slot) const {
    Task* child = first();
    while (child != nullptr && child->index != slot) child = child->next;
    return child;
  }

  // Children keep their group: its userdata, a copy of which is on top of L (popped), lives as long as they do.
  void keep_alive(lua_State* L) {
    if (self_ != 0) return lua_pop(L, 1);
    self_ = kernel_.anchors.add(L);
  }

  // A slot for one more child. May raise.
  std::uint32_t new_slot(lua_State* L) {
    if (!free_slots_.empty()) {
      std::uint32_t slot = free_slots_.back();
      free_slots_.pop_back();
      return slot;
    }
    kernel_.anchors.push(L, results_);
    lua_pushboolean(L, 0);
    lua_rawseti(L, -2, slots_ + 1);
    lua_pop(L, 1);
    return ++slots_;
  }

  // A task that belongs to somebody else and whose end is waited for; its handle lies in the slot.
  void subscribe(Task* other) {
    if (other->waiters != nullptr && subscribed_to(other)) return;  // in the list twice: it counts once
    subscribed_.push_back(std::make_unique<Subscription>(this));
    if (other->done()) return note_other(other);
    ++others_;
    other->add_waiter(subscribed_.back().get());
  }

  void push_call_of(const Task* child, lua_State* L) override {
    kernel_.anchors.push(L, results_);
    lua_rawgeti(L, -1, child->index);
    lua_remove(L, -2);
  }

  bool child_done(Task* child, lua_State* L, int count) override {
    std::uint32_t slot = child->index;
    bool taken = slot != 0;
    if (taken) {
      lua_State* holder = kernel_.holder;
      kernel_.anchors.push(holder, results_);
      bool failed = child->outcome == Outcome::error;
      if (kind_ != Kind::gather && !failed) {
        // A group only remembers failures; the slot serves the next child.
        lua_pushboolean(holder, 0);
        free_slots_.push_back(slot);
      } else if (child->outcome == Outcome::cancelled) {
        lua_pushlightuserdata(holder, const_cast<char*>(&kCancelled));
      } else if (count == 0) {
        lua_pushnil(holder);
      } else {
        lua_pushvalue(L, L == holder ? -2 : -1);
        if (L != holder) lua_xmove(L, holder, 1);
      }
      lua_rawseti(holder, -2, slot);
      lua_pop(holder, 1);
      note(child->outcome);
    }
    if (size() == 0 && self_ != 0) {
      kernel_.anchors.release(self_);
      self_ = 0;
    }
    complete_if_ended();
    return taken;
  }

  void cancel_children(const char* reason) {
    cancelling_ = true;
    cancel_all(kernel_, reason);
    for (auto& subscription : subscribed_) {
      Task* other = subscription->target();
      if (other != nullptr && other->only_waiter(subscription.get())) kernel::cancel_task(kernel_, other, reason);
    }
  }

  CancelResult cancel(Kernel&) override {
    // What others wait for as well goes on without this waiter; what somebody else asked to end is not its to wait for.
    for (auto& subscription : subscribed_) {
      Task* other = subscription->target();
      if (other == nullptr || (other->only_waiter(subscription.get()) && !kernel::cancel_requested(other))) continue;
      subscription->leave();
      --others_;
    }
    cancel_children(task->cancel->reason.empty() ? nullptr : task->cancel->reason.c_str());
    if (!ended()) return CancelResult::deferred;
    let_go();
    return CancelResult::detached;
  }

  int finish(lua_State* L) override;

  void describe(std::string* out) const override {
    *out = (kind_ == Kind::gather ? "gather of " : "the end of ") + std::to_string(size() + others_) + " tasks";
  }

  void dispose() override { task = nullptr; }  // the userdata owns it

 private:
  class Subscription final : public kernel::Waiter {
   public:
    explicit Subscription(Group* group) : group_(group) {}
    ~Subscription() { leave(); }
    void task_done(Task* ended_task) override {
      --group_->others_;
      group_->note_other(ended_task);
      group_->complete_if_ended();
    }

   private:
    Group* group_;
  };

  bool subscribed_to(const Task* other) const {
    return std::any_of(subscribed_.begin(), subscribed_.end(), [&](const auto& one) { return one->target() == other; });
  }

  void note_other(Task* other) {
    if (other->outcome == Outcome::error) kernel_.scheduler.observe(other);
    note(other->outcome);
  }

  void note(Outcome outcome) {
    if (outcome == Outcome::value) return;
    if (outcome == Outcome::cancelled) {
      ++cancelled_;
      if (kind_ != Kind::gather) return;  // a cancelled child does not fail its group
    } else {
      ++failures_;
    }
    if (keep_errors_ || cancelling_ || kind_ == Kind::run) return;
    cancel_children(nullptr);
    if (body_ != nullptr) kernel::cancel_scope(kernel_, body_);
  }

  void complete_if_ended() {
    if (ended() && task != nullptr && task->operation == this && task->state == kernel::TaskState::waiting) {
      kernel_.scheduler.complete(this);
    }
  }

  Kernel& kernel_;
  Kind kind_;
  bool keep_errors_ = false;
  bool cancelling_ = false;
  bool repeats_ = false;       // a coroutine object stands in the list twice
  std::uint32_t results_ = 0;  // anchor of the results table
  std::uint32_t self_ = 0;     // anchor of the group itself while it has children
  std::uint32_t slots_ = 0;
  std::size_t failures_ = 0;
  std::size_t cancelled_ = 0;
  std::size_t others_ = 0;  // subscribed tasks that have not ended
  kernel::CancelScope* body_ = nullptr;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::unique_ptr<Subscription>> subscribed_;
};

// Pushes the failure (record), cancellation mark or value of a slot; a subscribed task's handle gives what it ended
// with. Stack on return: that value.
void push_slot(lua_State* L, int results, lua_Integer slot) {
  lua_rawgeti(L, results, slot);
  Task* task = kernel::to_task(L, -1);
  if (task == nullptr || !task->done()) return;
  switch (task->outcome) {
    case Outcome::cancelled:
      lua_pushlightuserdata(L, const_cast<char*>(&kCancelled));
      break;
    case Outcome::value:
      if (task->results > 1) {
        lua_getiuservalue(L, -1, 1);
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
        break;
      }
      [[fallthrough]];
    default:
      lua_getiuservalue(L, -1, 1);
  }
  lua_remove(L, -2);
}

bool is_cancelled_mark(lua_State* L, int index) {
  return lua_touserdata(L, index) == &kCancelled;
}

// Whether the list holds the value on top of the stack already (a failed task may stand in two slots).
bool holds(lua_State* L, int list, int count) {
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, list, i);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 1);
    if (same) return true;
  }
  return false;
}

// Collects what failed: errors in the order of the slots, in a table on top; the number of them. The record of a
// single one replaces the table.
int push_failures(lua_State* L, int results) {
  auto count = static_cast<lua_Integer>(lua_rawlen(L, results));
  lua_newtable(L);
  int failures = lua_gettop(L);
  int found = 0;
  for (lua_Integer slot = 1; slot <= count; ++slot) {
    push_slot(L, results, slot);
    if (kernel::is_failure(L, -1) && !holds(L, failures, found)) {
      lua_rawseti(L, failures, ++found);
    } else {
      lua_pop(L, 1);
    }
  }
  if (found == 1) {
    lua_rawgeti(L, failures, 1);
    lua_replace(L, failures);
  }
  return found;
}

// Turns the records of the table on top into their errors, and the table into an error of kind "group".
void make_group_error(lua_State* L) {
  int errors = lua_gettop(L);
  int count = static_cast<int>(lua_rawlen(L, errors));
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  for (int i = 1; i <= count; ++i) {
    lua_rawgeti(L, errors, i);
    if (kernel::is_failure(L, -1)) {
      lua_rawgeti(L, -1, kernel::kFailureValue);
      lua_rawseti(L, errors, i);
      lua_rawgeti(L, -1, kernel::kFailureMessage);
      lua_remove(L, -2);
    } else {
      luaL_tolstring(L, -1, nullptr);
      lua_remove(L, -2);
    }
    if (i > 1) {
      lua_pushliteral(L, "; ");
      lua_insert(L, -2);
      lua_concat(L, 2);
    }
    luaL_addvalue(&text);
  }
  luaL_pushresult(&text);
  lua::push_error(L, "group", "%d tasks failed: %s", count, lua_tostring(L, -1));
  lua_pushvalue(L, errors);
  lua_setfield(L, -2, "errors");
}

// Pops the value that a slot ended with, pushed by push_slot, and pushes its error; false when it is a result.
bool to_error(lua_State* L) {
  if (is_cancelled_mark(L, -1)) {
    lua_pop(L, 1);
    lua::push_error(L, "cancelled", "cancelled");
    return true;
  }
  if (!kernel::is_failure(L, -1)) return false;
  lua_rawgeti(L, -1, kernel::kFailureValue);
  lua_remove(L, -2);
  return true;
}

// The results table is on top and stays: every slot becomes what the caller of gather gets. The errors among them lie
// in a second table at the same places, which is pushed.
void settle_results(lua_State* L) {
  int results = lua_gettop(L);
  lua_newtable(L);
  auto count = static_cast<lua_Integer>(lua_rawlen(L, results));
  for (lua_Integer slot = 1; slot <= count; ++slot) {
    push_slot(L, results, slot);
    if (to_error(L)) {
      lua_pushvalue(L, -1);
      lua_rawseti(L, results + 1, slot);
    }
    lua_rawseti(L, results, slot);
  }
}

int Group::finish(lua_State* L) {
  Task* waiter = let_go();
  kernel_.anchors.push(L, results_);
  int results = lua_gettop(L);
  if (failures_ > 0 && !keep_errors_) {
    int found = push_failures(L, results);
    if (found > 1) make_group_error(L);
    kernel::unwrap_failure(L, waiter);
    return lua_error(L);
  }
  // The children were cancelled because this task was: the error is its own.
  if (kernel::deliverable(waiter) && (cancelled_ > 0 || kind_ != Kind::gather))
    kernel::raise_cancellation(L, kernel_, waiter);
  if (kind_ != Kind::gather) return 0;
  if (cancelled_ > 0 && !keep_errors_) return lua::raise(L, "cancelled", "a gathered task was cancelled");
  if (clean() && !keep_errors_) return 1;
  settle_results(L);
  if (keep_errors_) return 2;
  lua_pop(L, 1);
  return 1;
}

Group* check_group(lua_State* L) {
  return static_cast<Group*>(luaL_checkudata(L, 1, kMetatable));
}

int group_spawn(lua_State* L) {
  Group* group = check_group(L);
  lua::check_any(L, 2);
  to_spawnable(L, 2);
  lua_pushvalue(L, 1);
  group->keep_alive(L);
  std::uint32_t slot = group->kind() == Group::Kind::run ? 0 : group->new_slot(L);
  Kernel& kernel = kernel::kernel_of(L);
  Task* task = kernel.scheduler.spawn(L, group);
  task->index = slot;
  kernel::push_handle(L, kernel, task);
  return 1;
}

int suspend_on(lua_State* L, Group* group) {
  Task* task = kernel::begin_suspend(L);
  if (group->task != nullptr) return lua::raise_usage(L, "another task waits for the end of this group already");
  if (group->ended()) return kernel::suspend_completed(L, task, group);
  return kernel::suspend(L, task, group);
}

int group_wait(lua_State* L) {
  Group* group = check_group(L);
  lua_settop(L, 1);
  return suspend_on(L, group);
}

int group_cancel(lua_State* L) {
  check_group(L)->cancel_children(luaL_optstring(L, 2, nullptr));
  return 0;
}

int group_size(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_group(L)->size()));
  return 1;
}

Group* push_group(lua_State* L, Group::Kind kind) {
  Kernel& kernel = kernel::kernel_of(L);
  Task* task = kernel.scheduler.running();
  if (task == nullptr) lua::raise_usage(L, "no tasks run here: start one with async.run");
  kernel::TaskSet* parent = kind == Group::Kind::run ? nullptr : task->owner->run();
  auto* group = new (lua_newuserdatauv(L, sizeof(Group), 1)) Group(kernel, parent, kind);
  if (luaL_newmetatable(L, kMetatable)) {
    const luaL_Reg methods[] = {{"spawn", group_spawn},
                                {"wait", group_wait},
                                {"cancel", group_cancel},
                                {"size", group_size},
                                {nullptr, nullptr}};
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, lua::destroy<Group>);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return group;
}

// The stack of gather: the list, then these.
constexpr int kGroup = 2;
constexpr int kResults = 3;
constexpr int kItem = 4;

// Item i, on top of the stack, cannot be gathered: those that were made tasks already are cancelled before they start.
int bad_item(lua_State* L, Group* group, lua_Integer i) {
  if (group->size() > 0) {
    lua_pushvalue(L, kGroup);
    group->keep_alive(L);
    group->cancel_children(nullptr);
  }
  if (kernel::to_call(L, kItem) != nullptr) {
    kernel::push_call_description(L, kItem);
    return lua::raise_usage(L, "bad item #%I of gather: coroutine %s was awaited already", i, lua_tostring(L, -1));
  }
  return lua::raise_usage(L, "bad item #%I of gather (coroutine, task or future expected, got %s)", i,
                          luaL_typename(L, kItem));
}

bool is_awaitable(lua_State* L, int index) {
  if (is_callable(L, index)) return true;
  if (luaL_getmetafield(L, index, "__await") == LUA_TNIL) return false;
  lua_pop(L, 1);
  return true;
}

// Where the used coroutine object on top of the stack came first in the list; 0 when it was used elsewhere.
std::uint32_t first_place(lua_State* L, lua_Integer before) {
  for (lua_Integer i = 1; i < before; ++i) {
    lua_geti(L, 1, i);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 1);
    if (same) return static_cast<std::uint32_t>(i);
  }
  return 0;
}

}  // namespace

int gather(lua_State* L) {
  lua::check_table(L, 1);
  lua::check_options(L, 2, {"return_errors"});
  bool keep_errors = lua::option_boolean(L, 2, "return_errors", false);
  lua_settop(L, 1);
  lua_Integer count = luaL_len(L, 1);
  kernel::begin_suspend(L);
  Group* group = push_group(L, Group::Kind::gather);
  if (keep_errors) group->keep_errors();
  lua_createtable(L, static_cast<int>(count), 0);
  lua_pushvalue(L, -1);
  group->set_results(L);
  Kernel& kernel = kernel::kernel_of(L);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_geti(L, 1, i);
    if (kernel::Call* call = kernel::to_call(L, kItem)) {
      if (call->used) {
        std::uint32_t first = first_place(L, i);
        if (first == 0) return bad_item(L, group, i);
        // It runs once, and gives its result in both places: the handle stands for it until then.
        kernel::push_handle(L, kernel, group->child_in(first));
        lua_rawseti(L, kResults, i);
        lua_pop(L, 1);
        group->note_repeat();
        continue;
      }
      kernel::use_call(L, kItem, call);
    } else if (Task* other = kernel::to_task(L, kItem)) {
      lua_rawseti(L, kResults, i);
      group->subscribe(other);
      continue;
    } else if (is_awaitable(L, kItem)) {
      to_spawnable(L, kItem);
    } else {
      return bad_item(L, group, i);
    }
    // The call waits for its turn where its result will be.
    kernel.scheduler.spawn_kept(*kernel::to_call(L, kItem), group)->index = static_cast<std::uint32_t>(i);
    lua_rawseti(L, kResults, i);
  }
  lua_settop(L, 3);
  return suspend_on(L, group);
}

int new_group(lua_State* L) {
  Group* group = push_group(L, Group::Kind::group);
  lua_newtable(L);
  group->set_results(L);
  if (!lua_isnoneornil(L, 1)) {
    group->set_body(to_scope(L, 1));
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, -2, 1);
  }
  return 1;
}

int new_run(lua_State* L) {
  Group* group = push_group(L, Group::Kind::run);
  lua_newtable(L);
  group->set_results(L);
  return 1;
}

int group_error(lua_State* L) {
  lua::check_table(L, 1);
  lua_settop(L, 1);
  make_group_error(L);
  return 1;
}

}  // namespace arun::modules
