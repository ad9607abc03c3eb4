// What is told of a task in a line.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "kernel/report/tasks.h"

namespace arun::kernel {

class TaskFacts {
 public:
  explicit TaskFacts(const LiveTasks& tasks);

  const LiveTasks& tasks() const { return tasks_; }
  std::string name(const Task* task) const;
  // For how long it has waited; "" when it does not.
  std::string waited(const Task* task) const;
  // "" while it is not measured.
  std::string cpu_time(const Task* task) const;
  // How many open handles it made.
  std::size_t handles(const Task* task) const;
  // The innermost line of the script in its stack: "main.lua:12"; "" when there is none.
  std::string place(const Task* task) const;
  // "(created at main.lua:9) has waited 1.2 s for a lock, at main.lua:12 [CPU 0.010 s, 2 handles]"
  std::string line(const Task* task) const;

 private:
  const LiveTasks& tasks_;
  std::unordered_map<std::uint32_t, std::size_t> handles_;  // by the task that made them
};

}  // namespace arun::kernel
