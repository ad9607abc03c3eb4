#include "modules/test/child.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "kernel/kernel.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "uv/error.h"
#include "uv/handle.h"

namespace arun::modules {
namespace {

// An interrupted child has so many milliseconds for its clean-up.
constexpr std::uint64_t kGrace = 15'000;

// What the child writes to one of its descriptors.
class Output {
 public:
  ~Output() { end_writing(); }

  // The descriptor that the child is to write to; negative: a libuv status.
  int open(uv_loop_t* loop) {
    uv_file ends[2];
    if (int status = uv_pipe(ends, UV_NONBLOCK_PIPE, 0)) return status;
    write_end_ = ends[1];
    pipe_.open(this, [&](uv_pipe_t* pipe) { return uv_pipe_init(loop, pipe, 0); });
    if (int status = uv_pipe_open(pipe_.get(), ends[0])) {
      close(ends[0]);
      return status;
    }
    auto allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
      auto* self = static_cast<Output*>(handle->data);
      *buffer = uv_buf_init(self->piece_, sizeof self->piece_);
    };
    auto take = [](uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
      auto* self = static_cast<Output*>(stream->data);
      if (size > 0) self->text_.append(buffer->base, static_cast<std::size_t>(size));
      if (size < 0) self->pipe_.close();
    };
    uv_read_start(reinterpret_cast<uv_stream_t*>(pipe_.get()), allocate, take);
    return write_end_;
  }

  void end_writing() {
    if (write_end_ >= 0) close(write_end_);
    write_end_ = -1;
  }

  // The child has ended: takes what is still in the pipe. Others may hold its other end, and are not waited for.
  void drain() {
    uv_os_fd_t fd = -1;
    if (!pipe_.is_open() || uv_fileno(reinterpret_cast<uv_handle_t*>(pipe_.get()), &fd) != 0) return;
    for (ssize_t size = 0; (size = read(fd, piece_, sizeof piece_)) > 0;) {
      text_.append(piece_, static_cast<std::size_t>(size));
    }
    pipe_.close();
  }

  const std::string& text() const { return text_; }

 private:
  uv::Handle<uv_pipe_t> pipe_;
  int write_end_ = -1;
  std::string text_;
  char piece_[16384];
};

class Child final : public kernel::Operation {
 public:
  explicit Child(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

  int start(uv_loop_t* loop) {
    int output = output_.open(loop);
    if (output < 0) return output;
    int events = events_.open(loop);
    if (events < 0) return events;
    std::vector<char*> argv;
    std::string name = "arun";
    argv.push_back(name.data());
    for (std::string& argument : arguments_) argv.push_back(argument.data());
    argv.push_back(nullptr);
    uv_stdio_container_t stdio[4] = {};
    stdio[0].flags = UV_IGNORE;
    for (int i = 1; i < 4; ++i) {
      stdio[i].flags = UV_INHERIT_FD;
      stdio[i].data.fd = i < 3 ? output : events;
    }
    uv_process_options_t options{};
    options.file = "/proc/self/exe";
    options.args = argv.data();
    options.stdio = stdio;
    options.stdio_count = 4;
    // In a session of its own: Ctrl-C at the terminal reaches it by way of this process, once.
    options.flags = UV_PROCESS_DETACHED;
    options.exit_cb = [](uv_process_t* process, std::int64_t code, int signal) {
      static_cast<Child*>(process->data)->ended(code, signal);
    };
    int status = 0;
    process_.open(this, [&](uv_process_t* process) {
      process->data = this;
      status = uv_spawn(loop, process, &options);
      return 0;  // the handle is to be closed in any case
    });
    output_.end_writing();
    events_.end_writing();
    running_ = status == 0;
    return status;
  }

  int finish(lua_State* L) override {
    lua_pushinteger(L, code_);
    lua_pushinteger(L, signal_);
    lua_pushlstring(L, output_.text().data(), output_.text().size());
    lua_pushlstring(L, events_.text().data(), events_.text().size());
    return 4;
  }

  CancelResult cancel(kernel::Kernel& kernel) override {
    uv_process_kill(process_.get(), SIGINT);
    grace_.open(this, [&](uv_timer_t* timer) { return uv_timer_init(&kernel.loop, timer); });
    auto late = [](uv_timer_t* timer) { uv_process_kill(static_cast<Child*>(timer->data)->process_.get(), SIGKILL); };
    uv_timer_start(grace_.get(), late, kGrace, 0);
    return CancelResult::deferred;
  }

  void describe(std::string* out) const override {
    *out = "the child process";
    for (const std::string& argument : arguments_) *out += " " + argument;
  }

  void dispose() override {
    if (running_) {  // the runtime ends before it
      uv_process_kill(process_.get(), SIGKILL);
      waitpid(process_.get()->pid, nullptr, 0);
    }
    delete this;
  }

 private:
  void ended(std::int64_t code, int signal) {
    running_ = false;
    code_ = code;
    signal_ = signal;
    output_.drain();
    events_.drain();
    grace_.close();
    kernel::kernel_of(task->thread).scheduler.complete(this);
  }

  std::vector<std::string> arguments_;
  Output output_;
  Output events_;
  uv::Handle<uv_process_t> process_;
  uv::Handle<uv_timer_t> grace_;
  bool running_ = false;
  lua_Integer code_ = 0;
  int signal_ = 0;
};

// Makes the operation of the list at index 1, whose items are strings; null with a libuv status.
Child* start_child(lua_State* L, lua_Integer count, int* status) {
  std::vector<std::string> arguments;
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, 1, i);
    arguments.emplace_back(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  auto* child = new Child(std::move(arguments));
  *status = child->start(&kernel::kernel_of(L).loop);
  if (*status == 0) return child;
  child->dispose();
  return nullptr;
}

}  // namespace

int run_child(lua_State* L) {
  lua::check_table(L, 1);
  auto count = static_cast<lua_Integer>(lua_rawlen(L, 1));
  for (lua_Integer i = 1; i <= count; ++i) {
    if (lua_rawgeti(L, 1, i) != LUA_TSTRING) lua::argument_error(L, 1, "its items must be strings");
    lua_pop(L, 1);
  }
  kernel::Task* task = kernel::begin_suspend(L);
  int status = 0;
  Child* child = start_child(L, count, &status);
  if (child == nullptr) return uv::raise_error(L, status, "spawn", "/proc/self/exe");
  return kernel::suspend(L, task, child);
}

}  // namespace arun::modules
