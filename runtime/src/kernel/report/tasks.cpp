#include "kernel/report/tasks.h"

#include <algorithm>
#include <utility>

#include "kernel/failure.h"
#include "kernel/kernel.h"
#include "kernel/report/text.h"
#include "kernel/taskset.h"

namespace arun::kernel {
namespace {

// A wait that has just begun is told without its time.
constexpr double kWorthTelling = 0.1;

}  // namespace

LiveTasks::LiveTasks(Kernel& kernel, std::uint32_t first_id) : kernel_(kernel), now_(to_milliseconds(uv_hrtime())) {
  kernel.scheduler.for_each_task(
      [](void* to, Task* task) {
        auto* self = static_cast<LiveTasks*>(to);
        self->by_id_.emplace(task->id, task);
        self->all_.push_back(task);
      },
      this);
  all_.erase(std::remove_if(all_.begin(), all_.end(), [=](const Task* task) { return task->id < first_id; }),
             all_.end());
  std::sort(all_.begin(), all_.end(), [](const Task* a, const Task* b) { return a->id < b->id; });
}

const Task* LiveTasks::find(std::uint32_t id) const {
  auto at = by_id_.find(id);
  return at != by_id_.end() ? at->second : nullptr;
}

std::string LiveTasks::name(const Task* task) const {
  return "task '" + task_name(kernel_, task) + "'";
}

std::string LiveTasks::named(std::uint32_t id, Origin origin) const {
  if (const Task* task = find(id)) return name(task);
  return "task '" + (origin.name != 0 ? kernel_.places.name(origin.name) : "task-" + std::to_string(id)) +
         "', which has ended";
}

const char* LiveTasks::state(const Task* task) {
  if (task->state == TaskState::waiting) return "waiting";
  if (task->state == TaskState::running) return "running";
  return task->thread == nullptr ? "created" : "ready";
}

double LiveTasks::waited(const Task* task) const {
  if (task->state != TaskState::waiting) return -1;
  auto milliseconds = static_cast<std::int32_t>(now_ - task->waits_since);
  return std::max(milliseconds, 0) / 1000.0;
}

std::string LiveTasks::waits_for(const Task* task) const {
  if (task->state != TaskState::waiting) return "";
  std::string what;
  task->operation->describe(&what);
  Blocker blocker;
  task->operation->find_blocker(&blocker);
  std::string place = blocker.did.place != 0 ? " at " + kernel_.places.text(blocker.did.place) : "";
  std::string who = blocker.last == task->id ? "itself" : named(blocker.last, blocker.did);
  bool nobody = blocker.last == 0;
  switch (blocker.kind) {
    case Blocker::Kind::holder:
      return nobody ? what : what + " held by " + who + ", taken" + place;
    case Blocker::Kind::last_holder:
      return nobody ? what : what + ", last taken" + place + " by " + who;
    case Blocker::Kind::last_to_put:
      return what + (nobody ? "; nobody has put anything into it" : "; the last to put into it was " + who);
    case Blocker::Kind::last_to_take:
      return what + (nobody ? "; nobody has taken anything from it" : "; the last to take from it was " + who);
    default:
      return what;
  }
}

std::string LiveTasks::doing(const Task* task) const {
  if (task->state == TaskState::running) return "is running";
  if (task->state != TaskState::waiting) return task->thread == nullptr ? "has not started" : "is ready to run";
  return "waits for " + waits_for(task);
}

std::string LiveTasks::doing_since(const Task* task) const {
  double seconds = waited(task);
  return seconds < kWorthTelling ? doing(task) : "has waited " + duration_text(seconds) + " for " + waits_for(task);
}

std::vector<const Task*> LiveTasks::blockers(const Task* task) const {
  std::vector<const Task*> found;
  if (task->state != TaskState::waiting) return found;
  Blocker blocker;
  task->operation->find_blocker(&blocker);
  if (blocker.kind != Blocker::Kind::holder) return blocker.tasks;
  if (const Task* holder = find(blocker.last)) found.push_back(holder);
  return found;
}

namespace {

// Tasks that do the same in the same place.
class Alike {
 public:
  explicit Alike(const LiveTasks& tasks) : tasks_(tasks) {}

  void add(const Task* task) {
    std::string doing = tasks_.doing(task);
    std::vector<Frame> frames;
    if (task->thread != nullptr) frames = script_frames(task->thread);
    auto same = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
      return group.place == task->origin.place && group.story.doing == doing && same_frames(group.story.frames, frames);
    });
    if (same == groups_.end()) {
      if (groups_.size() == kMostShown) {
        ++left_out_;
        return;
      }
      same = groups_.insert(same, first_of_group(task));
      same->story.doing = std::move(doing);
      same->story.frames = std::move(frames);
    } else {
      ++same->story.count;
      double waited = tasks_.waited(task);
      same->least = std::min(same->least, waited);
      same->most = std::max(same->most, waited);
    }
    note_name(&same->story.names, task);
  }

  Report take() {
    Report report;
    report.kind = "tasks";
    report.left_out = left_out_;
    for (Group& group : groups_) {
      tell_time(&group);
      add_sources(&group.story.frames);
      report.tasks.push_back(std::move(group.story));
    }
    return report;
  }

 private:
  static constexpr std::size_t kMostShown = 20;
  static constexpr std::size_t kMostNames = 3;

  struct Group {
    std::uint32_t place;
    double least;  // seconds waited
    double most;
    TaskStory story;
  };

  Group first_of_group(const Task* task) const {
    double waited = tasks_.waited(task);
    Group group{task->origin.place, waited, waited, {}};
    group.story.state = LiveTasks::state(task);
    group.story.waits_for = tasks_.waits_for(task);
    if (task->origin.place != 0) group.story.created_at = tasks_.kernel().places.text(task->origin.place);
    return group;
  }

  static bool same_frames(const std::vector<Frame>& a, const std::vector<Frame>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Frame& one, const Frame& other) { return one.text == other.text; });
  }

  void note_name(std::vector<std::string>* names, const Task* task) const {
    if (names->size() > kMostNames) return;
    std::string name = task_name(tasks_.kernel(), task);
    if (std::find(names->begin(), names->end(), name) != names->end()) return;
    names->push_back(names->size() == kMostNames ? "..." : std::move(name));
  }

  // "waits for a lock" as "has waited 12.3 s for a lock".
  static void tell_time(Group* group) {
    TaskStory& story = group->story;
    if (group->most < 0) return;
    story.seconds = group->most;
    if (group->most < kWorthTelling) return;
    std::string time = duration_text(group->most);
    if (duration_text(group->least) != time) time = duration_text(group->least) + " to " + time;
    story.doing = (story.count > 1 ? "have waited " : "has waited ") + time + " for " + story.waits_for;
  }

  const LiveTasks& tasks_;
  std::vector<Group> groups_;
  std::size_t left_out_ = 0;
};

}  // namespace

Report make_tasks_report(const LiveTasks& tasks) {
  Alike alike(tasks);
  for (const Task* task : tasks.all()) alike.add(task);
  Report report = alike.take();
  for (TaskStory& story : report.tasks) {
    bool plural = story.count > 1;
    auto replace = [&](const char* one, const char* many) {
      std::string start = one;
      if (plural && story.doing.compare(0, start.size(), start) == 0) story.doing.replace(0, start.size(), many);
    };
    replace("waits ", "wait ");
    replace("is ", "are ");
    replace("has not", "have not");
  }
  report.notes = describe_circles(tasks);
  return report;
}

}  // namespace arun::kernel
