// What tasks that have not ended are doing, and who could let them go on.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/operation.h"
#include "kernel/report/report.h"
#include "kernel/task.h"

namespace arun::kernel {

struct Kernel;

// The tasks that have not ended, at one moment.
class LiveTasks {
 public:
  // Those whose numbers are at least `first_id`.
  LiveTasks(Kernel& kernel, std::uint32_t first_id);

  const std::vector<const Task*>& all() const { return all_; }
  // The task of this number; null when it has ended.
  const Task* find(std::uint32_t id) const;

  // "waiting", "ready", "running", or "created" before its first step.
  static const char* state(const Task* task);
  // What it waits for in words, with who could end the wait: "a lock held by task 'x', taken at main.lua:12".
  std::string waits_for(const Task* task) const;
  // For how many seconds it has waited; negative when it does not wait.
  double waited(const Task* task) const;
  // What comes after its name: "waits for a lock held by ...", "has not started".
  std::string doing(const Task* task) const;
  // The same with the time: "has waited 12.3 s for a lock held by ...".
  std::string doing_since(const Task* task) const;
  // The tasks that have to do something, or to end, before this one goes on.
  std::vector<const Task*> blockers(const Task* task) const;

  std::string name(const Task* task) const;
  Kernel& kernel() const { return kernel_; }

 private:
  std::string named(std::uint32_t id, Origin origin) const;

  Kernel& kernel_;
  std::vector<const Task*> all_;
  std::unordered_map<std::uint32_t, const Task*> by_id_;
  std::uint32_t now_;
};

// Tasks that wait for each other in circles, in words.
std::vector<std::string> describe_circles(const LiveTasks& tasks);

// All of them, side by side: those that were made at one place and do the same in the same place are told as one, and
// no more than a screenful is.
Report make_tasks_report(const LiveTasks& tasks);

}  // namespace arun::kernel
