#include "inspect/inspection.h"

#include <utility>

#include "kernel/kernel.h"
#include "kernel/report.h"
#include "kernel/report/overview.h"

namespace arun::inspect {

Inspection::Inspection(kernel::Kernel& kernel) : AtSafePoint(Deed::looks, LUA_MASKCOUNT), kernel_(kernel) {
  kernel.safe_points.add(this);
}

Inspection::~Inspection() {
  close();
  kernel_.safe_points.remove(this);
}

void Inspection::open() {
  if (server_.is_open()) return;
  std::string problem = try_to_open();
  if (problem.empty()) {
    kernel_.scheduler.set_cpu_times(&cpu_times_);
    return;
  }
  close();
  kernel::report_warning(kernel_, "the program cannot be looked into: " + problem);
}

std::string Inspection::try_to_open() {
  auto* wake_up = new uv_async_t;
  // While the loop waits: no Lua runs then.
  auto answer = [](uv_async_t* handle) { static_cast<Inspection*>(handle->data)->answer_waiting(); };
  if (int status = uv_async_init(&kernel_.loop, wake_up, answer); status < 0) {
    delete wake_up;
    return uv_strerror(status);
  }
  wake_up_ = wake_up;
  wake_up_->data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(wake_up_));  // who looks in keeps no program alive
  if (!signal_.open(this)) return "the system has no timer left";
  return server_.open([this] {
    uv_async_send(wake_up_);
    signal_.send();
  });
}

void Inspection::close() {
  server_.close();  // first, for its thread uses the others
  signal_.close();
  kernel_.scheduler.set_cpu_times(nullptr);
  if (wake_up_ == nullptr) return;
  uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(wake_up_, nullptr)),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
}

void Inspection::request_dump() {
  dump_requested_.store(true);
  kernel_.safe_points.ask(this);
}

void Inspection::take_request() {
  // The loop does not poll while tasks are ready and nothing else keeps it going.
  if (server_.has_question()) answer_waiting();
  if (!dump_requested_.exchange(false)) return;
  kernel::report_tasks(kernel_);
  open();
}

// In the signal handler: Lua code that runs answers at its next instruction.
void Inspection::signalled() {
  kernel_.safe_points.ask(this);
}

void Inspection::reached(lua_State*, lua_Debug*) {
  answer_waiting();
  take_request();
}

void Inspection::answer_waiting() {
  server_.answer_waiting([this](const Question& question) { return answer(question); });
}

Answer Inspection::answer(const Question& question) const {
  kernel::LiveTasks tasks(kernel_, 0);
  if (question.what == "ps") return {true, kernel::table_of_tasks(tasks)};
  if (question.what == "tree") return {true, kernel::tree_of_tasks(tasks)};
  if (question.what != "stack") return {false, "unknown question '" + question.what + "'\n"};
  std::string text = kernel::stacks_of_tasks(tasks, question.which);
  if (text.empty() && !question.which.empty()) return {false, "there is no task '" + question.which + "'\n"};
  return {true, text};
}

}  // namespace arun::inspect
