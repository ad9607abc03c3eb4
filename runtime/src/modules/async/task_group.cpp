#include "modules/async/task_group.h"

#include <algorithm>

#include "kernel/failure.h"
#include "lua/error.h"
#include "modules/async/group_outcome.h"

namespace arun::modules {

using kernel::Kernel;
using kernel::Outcome;
using kernel::Task;

class Group::Subscription final : public kernel::Waiter {
 public:
  ~Subscription() { leave(); }
  void begin(Group* group, Task* task) {
    group_ = group;
    task->add_waiter(this);
  }
  void task_done(Task* task) override {
    --group_->others_;
    group_->note_other(task);
    group_->complete_if_ended();
  }

 private:
  Group* group_ = nullptr;
};

Group::Group(Kernel& kernel, TaskSet* parent, Kind kind)
    : TaskSet(parent, kernel.scheduler.running()->id), kernel_(kernel), kind_(kind) {}

Group::~Group() {
  while (Task* child = first()) {
    remove(child);
    child->index = 0;
    run()->add(child);
    kernel::cancel_task(kernel_, child, nullptr);
  }
  if (results_ != 0) kernel_.anchors.release(results_);
}

void Group::keep_alive(lua_State* L) {
  if (self_ != 0) return lua_pop(L, 1);
  self_ = kernel_.anchors.add(L);
}

std::uint32_t Group::new_slot(lua_State* L) {
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

void Group::subscribe(Task* other, std::uint32_t slot, std::size_t most) {
  handle_slots_.push_back(slot);
  if (other->waiters != nullptr && subscribed_to(other)) return;  // in the list twice: it counts once
  if (other->done()) return note_other(other);
  ++others_;
  if (subscriptions_ == nullptr) subscriptions_ = std::make_unique<Subscription[]>(most);
  subscriptions_[subscribed_++].begin(this, other);
}

std::span<Group::Subscription> Group::subscriptions() const {
  return {subscriptions_.get(), subscribed_};
}

bool Group::subscribed_to(const Task* other) const {
  auto all = subscriptions();
  return std::any_of(all.begin(), all.end(), [&](const Subscription& one) { return one.target() == other; });
}

Task* Group::child_in(std::uint32_t slot) const {
  Task* child = first();
  while (child != nullptr && child->index != slot) child = child->next;
  return child;
}

void Group::push_call_of(const Task* child, lua_State* L) {
  lua_State* holder = kernel_.holder;
  lua_rawgeti(holder, kernel_.anchors.at_hand(results_), child->index);
  if (L != holder) lua_xmove(holder, L, 1);
}

bool Group::child_done(Task* child, lua_State* L, int count) {
  std::uint32_t slot = child->index;
  bool taken = slot != 0;
  if (taken) {
    lua_State* holder = kernel_.holder;
    if (kind_ != Kind::gather && child->outcome != Outcome::error) {
      // A group only remembers failures; the slot serves the next child.
      lua_pushboolean(holder, 0);
      free_slots_.push_back(slot);
    } else if (child->outcome == Outcome::cancelled) {
      push_cancelled_mark(holder);
    } else if (count == 0) {
      lua_pushnil(holder);
    } else {
      lua_pushvalue(L, -1);
      if (L != holder) lua_xmove(L, holder, 1);
    }
    lua_rawseti(holder, kernel_.anchors.at_hand(results_), slot);
    note(child->outcome);
  }
  if (size() == 0 && self_ != 0) {
    kernel_.anchors.release(self_);
    self_ = 0;
  }
  complete_if_ended();
  return taken;
}

void Group::note(Outcome outcome) {
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

void Group::note_other(Task* other) {
  if (other->outcome == Outcome::error) kernel_.scheduler.observe(other);
  note(other->outcome);
}

void Group::complete_if_ended() {
  if (ended() && task != nullptr && task->operation == this && task->state == kernel::TaskState::waiting) {
    kernel_.scheduler.complete(this);
  }
}

void Group::cancel_children(const char* reason) {
  cancelling_ = true;
  cancel_all(kernel_, reason);
  for (Subscription& subscription : subscriptions()) {
    Task* other = subscription.target();
    if (other != nullptr && other->only_waiter(&subscription)) kernel::cancel_task(kernel_, other, reason);
  }
}

kernel::Operation::CancelResult Group::cancel(Kernel&) {
  // What others wait for as well goes on without this waiter; what somebody else asked to end is not its to wait for.
  for (Subscription& subscription : subscriptions()) {
    Task* other = subscription.target();
    if (other == nullptr || (other->only_waiter(&subscription) && !kernel::cancel_requested(other))) continue;
    subscription.leave();
    --others_;
  }
  cancel_children(task->cancel->reason.empty() ? nullptr : task->cancel->reason.c_str());
  if (!ended()) return CancelResult::deferred;
  let_go();
  return CancelResult::detached;
}

void Group::describe(std::string* out) const {
  *out = kind_ == Kind::gather ? "gather of " : "the end of ";
  out->append(std::to_string(size() + others_)).append(" tasks");
}

void Group::find_blocker(kernel::Blocker* blocker) const {
  blocker->kind = kernel::Blocker::Kind::end_of_tasks;
  for (const Task* child = first(); child != nullptr; child = child->next) blocker->tasks.push_back(child);
  for (const Subscription& subscription : subscriptions()) {
    if (subscription.target() != nullptr) blocker->tasks.push_back(subscription.target());
  }
}

int Group::finish(lua_State* L) {
  Task* waiter = let_go();
  kernel_.anchors.push(L, results_);
  GroupResults results{lua_gettop(L), static_cast<lua_Integer>(slots_), handle_slots_};
  if (failures_ > 0 && !keep_errors_) {
    int found = push_failures(L, results);
    if (found > 1) make_group_error(L);
    kernel::unwrap_failure(L, waiter);
    return lua_error(L);
  }
  // The children were cancelled because this task was: the error is its own.
  if (kernel::deliverable(waiter) && (cancelled_ > 0 || kind_ != Kind::gather)) {
    kernel::raise_cancellation(L, kernel_, waiter);
  }
  if (kind_ != Kind::gather) return 0;
  if (keep_errors_) return settle_results(L, results), 2;
  if (cancelled_ > 0) return lua::raise(L, "cancelled", "a gathered task was cancelled");
  if (!handle_slots_.empty()) {
    settle_results(L, results);
    lua_pop(L, 1);
  }
  return 1;
}

}  // namespace arun::modules
