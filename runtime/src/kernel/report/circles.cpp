// Tasks that wait for each other in circles: each for the end of the next, or for a lock that the next one holds.
#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "kernel/report/tasks.h"

namespace arun::kernel {
namespace {

constexpr std::size_t kMostCircles = 5;
constexpr std::size_t kMostInCircle = 10;

// "waits for a lock that task 'b' holds"; for the one that comes after.
std::string step(const LiveTasks& tasks, const Task* task, const Task* next) {
  Blocker blocker;
  task->operation->find_blocker(&blocker);
  std::string next_name = tasks.name(next);
  if (blocker.kind != Blocker::Kind::holder) return "waits for the end of " + next_name;
  std::string what;
  task->operation->describe(&what);
  return "waits for " + what + " that " + next_name + " holds";
}

std::string in_words(const LiveTasks& tasks, const std::vector<const Task*>& circle) {
  std::string text = "in a circle: " + tasks.name(circle[0]);
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const Task* next = circle[(i + 1) % circle.size()];
    if (i == kMostInCircle && circle.size() > kMostInCircle + 1) {
      return text + ", and so on by way of " + std::to_string(circle.size() - i) + " more tasks";
    }
    text += (i == 0 ? " " : ", which ") + step(tasks, circle[i], next);
  }
  return text;
}

// A walk in depth: a blocker that lies on the way to the task closes a circle.
class Walk {
 public:
  explicit Walk(const LiveTasks& tasks) : tasks_(tasks) {}

  void from(const Task* start) {
    if (seen_.count(start) > 0) return;
    enter(start);
    while (!way_.empty()) {
      Stop& stop = way_.back();
      if (stop.next == stop.blockers.size()) {
        seen_[stop.task] = Seen::left;
        way_.pop_back();
        continue;
      }
      const Task* blocker = stop.blockers[stop.next++];
      auto known = seen_.find(blocker);
      if (known == seen_.end()) {
        enter(blocker);
      } else if (known->second == Seen::on_the_way) {
        note_circle(blocker);
      }
    }
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  enum class Seen { on_the_way, left };
  struct Stop {
    const Task* task;
    std::vector<const Task*> blockers;
    std::size_t next;
  };

  void enter(const Task* task) {
    seen_[task] = Seen::on_the_way;
    way_.push_back({task, tasks_.blockers(task), 0});
  }

  void note_circle(const Task* closing) {
    std::vector<const Task*> circle;
    auto start = std::find_if(way_.begin(), way_.end(), [=](const Stop& stop) { return stop.task == closing; });
    std::transform(start, way_.end(), std::back_inserter(circle), [](const Stop& stop) { return stop.task; });
    // A task that waits for a lock of its own says so itself.
    if (circle.size() > 1 && found_.size() < kMostCircles) found_.push_back(in_words(tasks_, circle));
  }

  const LiveTasks& tasks_;
  std::unordered_map<const Task*, Seen> seen_;
  std::vector<Stop> way_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> describe_circles(const LiveTasks& tasks) {
  Walk walk(tasks);
  for (const Task* task : tasks.all()) walk.from(task);
  return walk.take();
}

}  // namespace arun::kernel
