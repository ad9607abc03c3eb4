#include <algorithm>

#include "kernel/report/overview.h"
#include "kernel/report/task_facts.h"
#include "kernel/report/text.h"

namespace arun::kernel {
namespace {

// A longer chain of tasks that await each other breaks off.
constexpr std::size_t kMostAwaited = 20;

std::string stack_of(const TaskFacts& facts, const Task* task) {
  std::string text = "task '" + facts.name(task) + "' #" + std::to_string(task->id) + " " + facts.line(task) + "\n";
  if (task->thread == nullptr) return text;
  for (const Frame& frame : script_frames(task->thread)) text += "\t" + frame.text + "\n";
  return with_sources(text);
}

// The one task whose end, or lock, this one waits for; null when there is none or there are several.
const Task* awaited_by(const LiveTasks& tasks, const Task* task) {
  std::vector<const Task*> blockers = tasks.blockers(task);
  return blockers.size() == 1 ? blockers[0] : nullptr;
}

std::string chain_of(const TaskFacts& facts, const Task* task) {
  std::string text = stack_of(facts, task);
  std::vector<const Task*> shown{task};
  while (const Task* next = awaited_by(facts.tasks(), shown.back())) {
    if (std::find(shown.begin(), shown.end(), next) != shown.end())
      return text + "which waits for itself in a circle\n";
    if (shown.size() == kMostAwaited) return text + "and so on\n";
    text += "which waits for\n" + stack_of(facts, next);
    shown.push_back(next);
  }
  return text;
}

}  // namespace

std::string stacks_of_tasks(const LiveTasks& tasks, const std::string& which) {
  TaskFacts facts(tasks);
  std::string text;
  for (const Task* task : tasks.all()) {
    if (which.empty()) {
      text += stack_of(facts, task);
    } else if (which == std::to_string(task->id) || which == facts.name(task)) {
      text += chain_of(facts, task);
    }
  }
  return text;
}

}  // namespace arun::kernel
