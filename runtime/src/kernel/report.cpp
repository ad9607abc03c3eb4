#include "kernel/report.h"

#include <utility>

#include "kernel/report/failure_report.h"
#include "kernel/report/json.h"
#include "kernel/report/overview.h"
#include "kernel/report/slow_report.h"
#include "kernel/report/tasks.h"

namespace arun::kernel {

void write_report(const Kernel& kernel, const Report& report) {
  switch (kernel.report_form) {
    case ReportForm::text:
      return kernel.write_report(to_text(report));
    case ReportForm::coloured:
      return kernel.write_report(to_text(report, true));
    case ReportForm::json:
      return kernel.write_report(to_json(report));
  }
}

void report_failure(Kernel& kernel, lua_State* L, int index) {
  ++kernel.unhandled_failures;
  write_report(kernel, make_failure_report(L, index));
}

std::string failure_text(lua_State* L, int index) {
  std::string text = to_text(make_failure_report(L, index));
  return text.substr(text.find(": ") + 2);
}

void report_unawaited(const Kernel& kernel, Origin origin) {
  const std::string& known = kernel.places.name(origin.name);
  Report report;
  report.kind = "unawaited";
  report.message = "coroutine '" + (known.empty() ? "?" : known) + "' was never awaited (made at " +
                   kernel.places.text(origin.place) + ")";
  write_report(kernel, report);
}

void report_warning(const Kernel& kernel, const std::string& message) {
  Report report;
  report.kind = "warning";
  report.message = message;
  write_report(kernel, report);
}

std::string describe_slow(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited) {
  std::string text = to_text(make_slow_report(kernel, L, ar, held, waited));
  return text.substr(text.find(": ") + 2);
}

void report_slow(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited) {
  write_report(kernel, make_slow_report(kernel, L, ar, held, waited));
}

void describe_tasks(Kernel& kernel, std::uint32_t first_id, const std::function<void(const std::string&)>& write) {
  Report report = make_tasks_report(LiveTasks(kernel, first_id));
  if (!report.tasks.empty()) write(tasks_as_text(report));
}

void report_deadlock(Kernel& kernel) {
  LiveTasks tasks(kernel, 0);
  Report report = make_tasks_report(tasks);
  report.kind = "deadlock";
  report.message = std::to_string(tasks.all().size()) + " task(s) wait and nothing can wake them";
  write_report(kernel, report);
}

void report_tasks(Kernel& kernel) {
  LiveTasks tasks(kernel, 0);
  Report report = make_tasks_report(tasks);
  std::size_t count = tasks.all().size();
  report.message = "process " + std::to_string(uv_os_getpid()) + " has " + std::to_string(count) + " task(s)";
  if (kernel.report_form == ReportForm::json) return write_report(kernel, report);
  kernel.write_report("arun: " + report.message + "\n" + tree_of_tasks(tasks));
}

void report_open_handles(const Kernel& kernel) {
  constexpr std::size_t kMostShown = 20;
  Report report;
  report.kind = "open_handles";
  std::size_t count = 0;
  kernel.open_handles.for_each_since(0, [&](const OpenHandle& handle) {
    if (handle.kept() || ++count > kMostShown) return;
    Item item{"", kernel.places.text(handle.place()), handle.task_name()};
    handle.describe(&item.what);
    report.items.push_back(std::move(item));
  });
  if (count == 0) return;
  report.left_out = count - report.items.size();
  report.message = std::to_string(count) + " handle(s) left open at the end";
  write_report(kernel, report);
}

}  // namespace arun::kernel
