// Tasks with a common end: what gather, task groups and runs are made of. Waits for its children, and for tasks of
// others that it was told to wait for; when one fails it cancels the rest.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <lua.hpp>

#include "kernel/cancel.h"
#include "kernel/kernel.h"
#include "kernel/operation.h"
#include "kernel/taskset.h"

namespace arun::modules {

class Group final : public kernel::TaskSet, public kernel::Operation {
 public:
  enum class Kind : std::uint8_t { gather, group, run };

  Group(kernel::Kernel& kernel, TaskSet* parent, Kind kind);
  // Collected with children alive only when memory ran out while they were being made: their run takes them over.
  ~Group();

  // Pops the results table from L: one slot a child, made beforehand so that filling it later cannot fail. So many
  // slots are there already.
  void set_results(lua_State* L, std::uint32_t slots) {
    results_ = kernel_.anchors.add(L);
    slots_ = slots;
  }
  // Errors stay among the results, and cancel nobody.
  void keep_errors() { keep_errors_ = true; }
  // A scope that is cancelled with the children.
  void set_body(kernel::CancelScope* body) { body_ = body; }
  bool is_run() const { return kind_ == Kind::run; }
  const char* kind() const override {
    return kind_ == Kind::gather ? "gather" : kind_ == Kind::group ? "group" : "run";
  }
  bool ended() const { return size() == 0 && others_ == 0; }

  // Children keep their group: its userdata, a copy of which is on top of L (popped), lives as long as they do.
  void keep_alive(lua_State* L);

  // A slot for one more child. May raise.
  std::uint32_t new_slot(lua_State* L);

  // A task that belongs to somebody else and whose end is waited for; its handle lies in the slot. `most` such tasks
  // will there be.
  void subscribe(kernel::Task* other, std::uint32_t slot, std::size_t most);
  // A slot holds the handle of a child, whose result goes there as well.
  void repeat(std::uint32_t slot) { handle_slots_.push_back(slot); }
  kernel::Task* child_in(std::uint32_t slot) const;

  void cancel_children(const char* reason);

  void push_call_of(const kernel::Task* child, lua_State* L) override;
  bool child_done(kernel::Task* child, lua_State* L, int count) override;

  int finish(lua_State* L) override;
  CancelResult cancel(kernel::Kernel& kernel) override;
  void describe(std::string* out) const override;
  void find_blocker(kernel::Blocker* blocker) const override;
  void dispose() override { task = nullptr; }  // the userdata owns it

 private:
  class Subscription;

  std::span<Subscription> subscriptions() const;
  bool subscribed_to(const kernel::Task* other) const;
  void note(kernel::Outcome outcome);
  void note_other(kernel::Task* other);
  void complete_if_ended();

  kernel::Kernel& kernel_;
  Kind kind_;
  bool keep_errors_ = false;
  bool cancelling_ = false;
  std::uint32_t results_ = 0;  // anchor of the results table
  std::uint32_t self_ = 0;     // anchor of the group itself while it has children
  std::uint32_t slots_ = 0;
  std::size_t failures_ = 0;
  std::size_t cancelled_ = 0;
  std::size_t others_ = 0;  // subscribed tasks that have not ended
  kernel::CancelScope* body_ = nullptr;
  std::vector<std::uint32_t> free_slots_;
  std::vector<std::uint32_t> handle_slots_;        // in rising order: slots with a handle instead of a result
  std::unique_ptr<Subscription[]> subscriptions_;  // made by the first
  std::size_t subscribed_ = 0;
};

}  // namespace arun::modules
