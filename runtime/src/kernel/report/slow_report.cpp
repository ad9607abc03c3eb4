#include "kernel/report/slow_report.h"

#include <cstdio>
#include <utility>

#include "kernel/failure.h"
#include "kernel/kernel.h"

namespace arun::kernel {
namespace {

std::string seconds_text(Nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(time) / 1e9);
  return text;
}

}  // namespace

Report make_slow_report(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited) {
  const Task* task = kernel.scheduler.running();
  Report report;
  report.kind = "slow";
  report.message = task_label(kernel, task) + " has held the loop for " + seconds_text(held);
  lua_getinfo(L, "Sn", ar);
  if (waited > 0 && ar->event == LUA_HOOKRET && *ar->what == 'C') {
    report.message += ", the last " + seconds_text(waited) + " of it in ";
    report.message += ar->name != nullptr ? "the C function '" + std::string(ar->name) + "'" : "a C function";
  }
  TaskStory story;
  story.names.push_back(task_name(kernel, task));
  if (task->origin.place != 0) story.created_at = kernel.places.text(task->origin.place);
  story.state = "running";
  story.seconds = static_cast<double>(held) / 1e9;
  story.frames = running_frames(L, task->thread);
  add_sources(&story.frames);
  report.tasks.push_back(std::move(story));
  return report;
}

}  // namespace arun::kernel
