#include "kernel/report/task_facts.h"

#include <cstdio>

#include "kernel/cpu_times.h"
#include "kernel/failure.h"
#include "kernel/kernel.h"
#include "kernel/report/text.h"

namespace arun::kernel {

TaskFacts::TaskFacts(const LiveTasks& tasks) : tasks_(tasks) {
  tasks.kernel().open_handles.for_each_since(0, [&](const OpenHandle& handle) { ++handles_[handle.task_id()]; });
}

std::string TaskFacts::name(const Task* task) const {
  return task_name(tasks_.kernel(), task);
}

std::string TaskFacts::waited(const Task* task) const {
  double seconds = tasks_.waited(task);
  return seconds < 0 ? "" : duration_text(seconds);
}

std::string TaskFacts::cpu_time(const Task* task) const {
  const CpuTimes* times = tasks_.kernel().scheduler.cpu_times();
  if (times == nullptr) return "";
  char text[48];
  std::snprintf(text, sizeof text, "%.3f s", static_cast<double>(times->of(task->id)) / 1e9);
  return text;
}

std::size_t TaskFacts::handles(const Task* task) const {
  auto known = handles_.find(task->id);
  return known != handles_.end() ? known->second : 0;
}

std::string TaskFacts::place(const Task* task) const {
  if (task->thread == nullptr) return "";
  std::vector<Frame> frames = script_frames(task->thread);
  return frames.empty() ? "" : frames[0].file + ":" + std::to_string(frames[0].line);
}

std::string TaskFacts::line(const Task* task) const {
  std::string text;
  if (task->origin.place != 0) text += "(created at " + tasks_.kernel().places.text(task->origin.place) + ") ";
  text += tasks_.doing_since(task);
  std::string at = place(task);
  if (!at.empty()) text += ", at " + at;
  std::string extra;
  std::string used = cpu_time(task);
  if (!used.empty()) extra = "CPU " + used;
  if (std::size_t count = handles(task)) {
    extra += extra.empty() ? "" : ", ";
    extra += std::to_string(count) + (count == 1 ? " handle" : " handles");
  }
  return extra.empty() ? text : text + " [" + extra + "]";
}

}  // namespace arun::kernel
