#include <algorithm>
#include <unordered_map>

#include "kernel/report/overview.h"
#include "kernel/report/task_facts.h"
#include "kernel/taskset.h"

namespace arun::kernel {
namespace {

// Of the tasks of one scope that were made at one place, so many are shown.
constexpr std::size_t kMostAlike = 10;
// So many scopes within each other are shown.
constexpr std::size_t kMostDeep = 40;

class Tree {
 public:
  explicit Tree(const LiveTasks& tasks) : facts_(tasks) {
    for (const Task* task : tasks.all()) {
      auto [scope, added] = scopes_.try_emplace(task->owner);
      scope->second.push_back(task);
      if (!added) continue;
      // Its opener may have ended: then nobody stands above it.
      const Task* opener = tasks.find(task->owner->opener());
      (opener != nullptr ? below_[opener] : roots_).push_back(task->owner);
    }
  }

  std::string take() {
    for (const TaskSet* root : roots_) write_scope(root, "", "", 0);
    return std::move(text_);
  }

 private:
  using Scopes = std::vector<const TaskSet*>;

  static std::string tasks_in_words(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " task" : " tasks");
  }

  // `first` stands before its line, `rest` before those below it.
  void write_scope(const TaskSet* scope, const std::string& first, const std::string& rest, std::size_t depth) {
    const std::vector<const Task*>& tasks = scopes_[scope];
    text_ += first + scope->kind() + " of " + tasks_in_words(tasks.size()) + "\n";
    if (depth == kMostDeep) {
      text_ += rest + "└─ what lies further in is left out here\n";
      return;
    }
    std::unordered_map<std::uint32_t, std::size_t> made_at;
    std::vector<const Task*> shown;
    for (const Task* task : tasks) {
      // Those that have opened scopes are never left out: they are what holds the tree together.
      if (++made_at[task->origin.place] <= kMostAlike || below_.count(task) > 0) shown.push_back(task);
    }
    std::size_t left_out = tasks.size() - shown.size();
    for (const Task* task : shown) {
      write_task(task, rest, task == shown.back() && left_out == 0, depth);
    }
    if (left_out > 0) text_ += rest + "└─ and " + tasks_in_words(left_out) + " more like these, left out here\n";
  }

  void write_task(const Task* task, const std::string& indent, bool last, std::size_t depth) {
    text_ += indent + (last ? "└─ " : "├─ ") + facts_.name(task) + " #" + std::to_string(task->id) + " " +
             facts_.line(task) + "\n";
    auto scopes = below_.find(task);
    if (scopes == below_.end()) return;
    std::string below = indent + (last ? "   " : "│  ");
    for (const TaskSet* scope : scopes->second) {
      bool last_scope = scope == scopes->second.back();
      write_scope(scope, below + (last_scope ? "└─ " : "├─ "), below + (last_scope ? "   " : "│  "), depth + 1);
    }
  }

  TaskFacts facts_;
  std::unordered_map<const TaskSet*, std::vector<const Task*>> scopes_;
  std::unordered_map<const Task*, Scopes> below_;
  Scopes roots_;
  std::string text_;
};

}  // namespace

std::string tree_of_tasks(const LiveTasks& tasks) {
  return Tree(tasks).take();
}

}  // namespace arun::kernel
