#include "inspect/inspection.h"

#include <utility>

#include "kernel/kernel.h"
#include "kernel/report/overview.h"

namespace arun::inspect {

std::string Inspection::open() {
  if (server_.is_open()) return "";
  auto* wake_up = new uv_async_t;
  // While the loop waits; no Lua runs then. Who looks in keeps no program alive.
  int status = uv_async_init(&kernel_.loop, wake_up, [](uv_async_t* handle) {
    auto* self = static_cast<Inspection*>(handle->data);
    self->server_.answer_waiting([=](const Question& question) { return self->answer(question); });
  });
  if (status < 0) {
    delete wake_up;
    return uv_strerror(status);
  }
  wake_up_ = wake_up;
  wake_up_->data = this;
  uv_unref(reinterpret_cast<uv_handle_t*>(wake_up_));
  std::string problem = server_.open([this] { uv_async_send(wake_up_); });
  if (problem.empty()) {
    kernel_.scheduler.set_cpu_times(&cpu_times_);
  } else {
    close();
  }
  return problem;
}

void Inspection::close() {
  server_.close();  // whose thread uses what follows
  if (wake_up_ == nullptr) return;
  kernel_.scheduler.set_cpu_times(nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(wake_up_, nullptr)),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_async_t*>(handle); });
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
