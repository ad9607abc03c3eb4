// A set of tasks with a common owner: a run, a gather, a group. It learns how each of them ended.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;

class TaskSet {
 public:
  TaskSet(TaskSet* parent, std::uint32_t opener) : run_(parent != nullptr ? parent->run_ : this), opener_(opener) {}

  // A child ended, and is no longer in the set. What it ended with lies on top of L: `count` results, or one value
  // for an error (a failure record, see failure.h) or a cancellation. Must not raise and leaves L as it is.
  // Returns whether the outcome was taken note of.
  virtual bool child_done(Task* task, lua_State* L, int count) = 0;

  // Pushes the coroutine object that a child without an anchor of its own is to run. Must not raise.
  virtual void push_call_of(const Task* task, lua_State* L);

  void add(Task* task);
  void remove(Task* task);
  std::size_t size() const { return size_; }
  Task* first() const { return first_; }

  // What opened it, in a word or two: "run", "gather", "group"; and the number of the task that did, 0 = none.
  virtual const char* kind() const { return "run"; }
  std::uint32_t opener() const { return opener_; }

  // Asks every child to end.
  void cancel_all(Kernel& kernel, const char* reason);

  // The run (script, async.run) that tasks created by the children belong to.
  TaskSet* run() const { return run_; }

 protected:
  TaskSet(const TaskSet&) = delete;
  TaskSet& operator=(const TaskSet&) = delete;
  ~TaskSet() = default;
  // Makes this set a run of its own.
  TaskSet() : run_(this) {}

 private:
  TaskSet* run_;
  std::uint32_t opener_ = 0;
  Task* first_ = nullptr;
  Task* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace arun::kernel
