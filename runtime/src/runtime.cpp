#include "arun/runtime.h"

#include <pthread.h>
#include <uv.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <optional>
#include <system_error>

#include "inspect/inspection.h"
#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/loop.h"
#include "kernel/report.h"
#include "kernel/safe_point.h"
#include "kernel/taskset.h"
#include "kernel/teardown.h"
#include "lua/args.h"
#include "modules/modules.h"
#include "warnings.h"

namespace arun {

using kernel::Kernel;
using kernel::Outcome;
using kernel::Task;

const char* version() {
  return ARUN_VERSION;
}

namespace {

// The run of a script: its main task and all the tasks it starts.
class ScriptRun final : public kernel::TaskSet {
 public:
  ScriptRun() = default;

  void begin(Task* main) { main_ = main; }

  bool child_done(Task* task, lua_State*, int) override {
    if (task != main_) return false;
    outcome_ = task->outcome;
    if (outcome_ == Outcome::cancelled) reason_ = task->cancel->reason;
    main_ = nullptr;
    return false;
  }

  Task* main() const { return main_; }
  Outcome outcome() const { return outcome_; }
  // Why the main task was cancelled; may be empty.
  const std::string& reason() const { return reason_; }

 private:
  Task* main_ = nullptr;
  Outcome outcome_ = Outcome::none;
  std::string reason_;
};

// What becomes the main task.
struct Launch {
  const std::string* path = nullptr;  // of a script; null: `code` is it
  std::string_view code;
  const std::string* name = nullptr;
  const std::vector<std::string>* command = nullptr;  // what stood before
  const std::vector<std::string>* arguments = nullptr;
  kernel::TaskSet* run = nullptr;
  Task* task = nullptr;
};

kernel::ReportForm form_of(ReportForm form) {
  return form == ReportForm::json       ? kernel::ReportForm::json
         : form == ReportForm::coloured ? kernel::ReportForm::coloured
                                        : kernel::ReportForm::text;
}
// Ctrl-C stops code that runs without awaiting.
class StopBusyCode final : public kernel::AtSafePoint {
 public:
  explicit StopBusyCode(Kernel& kernel) : AtSafePoint(Deed::raises, LUA_MASKLINE), kernel_(kernel) {
    kernel.safe_points.add(this);
  }

  bool suits(lua_State* L, lua_Debug* ar) override { return kernel::between_statements(L, ar); }

  void reached(lua_State* L, lua_Debug*) override {
    Task* running = kernel_.scheduler.running();
    kernel::cancel_task(kernel_, running, "interrupted");
    kernel::raise_pending(L, kernel_, running);
  }

 private:
  Kernel& kernel_;
};

void write_to_stderr(const std::string& text) {
  std::fflush(stdout);  // what the script printed before comes first
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

struct Runtime::Implementation {
  Kernel kernel;
  Warnings warnings{kernel};
  StopBusyCode stop_busy_code{kernel};
  std::vector<std::string> command;
  bool list_open_handles = false;
  inspect::Inspection inspection{kernel};
  ScriptRun* run = nullptr;
  // The way in for other threads and signals.
  uv_async_t wake_up{};
  std::atomic<bool> interrupt_requested{false};
  pthread_t thread = pthread_self();
  bool interrupted = false;
  bool rest_cancelled = false;
  std::optional<int> exit_code;  // asked for by os.exit

  int run_main(Launch launch);
  void end();
  void take_interrupt();
  bool run_ended();
  static int open_library(lua_State* L);  // argument: this
  static int exit_process(lua_State* L);
};

namespace {

kernel::Nanoseconds to_nanoseconds(double seconds) {
  constexpr double kMost = 1e9;
  return seconds > 0 ? static_cast<kernel::Nanoseconds>(std::min(seconds, kMost) * 1e9) : 0;
}

void push_string(lua_State* L, std::string_view text) {
  lua_pushlstring(L, text.data(), text.size());
}

// Puts the script's directory in front of package.path.
void add_script_directory(lua_State* L, std::string_view path) {
  std::size_t slash = path.rfind('/');
  push_string(L, slash == std::string_view::npos ? "." : path.substr(0, slash == 0 ? 1 : slash));
  const char* directory = lua_tostring(L, -1);
  lua_getglobal(L, LUA_LOADLIBNAME);
  lua_getfield(L, -1, "path");
  const char* rest = lua_isstring(L, -1) ? lua_tostring(L, -1) : "";
  lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", directory, directory, rest);
  lua_setfield(L, -3, "path");
  lua_pop(L, 3);
}

void load(lua_State* L, const Launch& launch) {
  int status = LUA_OK;
  if (launch.path == nullptr) {
    lua_pushfstring(L, "=%s", launch.name->c_str());
    status = luaL_loadbuffer(L, launch.code.data(), launch.code.size(), lua_tostring(L, -1));
  } else if (*launch.path == "-") {
    status = luaL_loadfile(L, nullptr);
  } else {
    add_script_directory(L, *launch.path);
    status = luaL_loadfile(L, launch.path->c_str());
  }
  if (status != LUA_OK) lua_error(L);
}

// Protected; argument: a Launch. Everything that touches Lua before the main task runs, for all of it may run out of
// memory; nothing here has a destructor.
int launch_main(lua_State* L) {
  auto* launch = static_cast<Launch*>(lua_touserdata(L, 1));
  const std::vector<std::string>& arguments = *launch->arguments;
  int count = static_cast<int>(arguments.size());
  luaL_checkstack(L, count + 4, "too many arguments");
  load(L, *launch);
  lua_createtable(L, count, 1);
  lua_Integer index = -static_cast<lua_Integer>(launch->command->size());
  for (const std::string& word : *launch->command) {
    push_string(L, word);
    lua_rawseti(L, -2, index++);
  }
  push_string(L, *launch->name);
  lua_rawseti(L, -2, 0);
  for (int i = 0; i < count; ++i) {
    push_string(L, arguments[static_cast<std::size_t>(i)]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_pushvalue(L, -1);
  lua_setglobal(L, "arg");
  int table = lua_gettop(L);
  for (int i = 1; i <= count; ++i) lua_rawgeti(L, table, i);
  lua_remove(L, table);
  kernel::push_call(L, count, {});
  launch->task = kernel::kernel_of(L).scheduler.spawn(L, launch->run);
  return 0;
}

constexpr int kInterruptedCode = 130;

}  // namespace

// os.exit([code [, close]]). Lua's own closes the state under the feet of the tasks; here they are cancelled, clean up,
// and then the process ends.
int Runtime::Implementation::exit_process(lua_State* L) {
  int code = lua_isboolean(L, 1) ? (lua_toboolean(L, 1) != 0 ? EXIT_SUCCESS : EXIT_FAILURE)
                                 : static_cast<int>(lua::optional_integer(L, 1, EXIT_SUCCESS));
  auto* self = static_cast<Implementation*>(lua_touserdata(L, lua_upvalueindex(1)));
  Task* running = self->kernel.scheduler.running();
  if (lua_toboolean(L, 2) == 0 || running == nullptr) std::exit(code);
  self->exit_code = code;
  self->run->cancel_all(self->kernel, "exit");
  kernel::cancel_task(self->kernel, running, "exit");
  kernel::raise_pending(L, self->kernel, running);
  return luaL_error(L, "exit");  // from clean-up: it is broken off
}

int Runtime::Implementation::open_library(lua_State* L) {
  modules::open_modules(L);
  lua_getglobal(L, LUA_OSLIBNAME);
  lua_pushvalue(L, 1);
  lua_pushcclosure(L, exit_process, 1);
  lua_setfield(L, -2, "exit");
  return 0;
}

void Runtime::Implementation::end() {
  inspection.close();
  uv_close(reinterpret_cast<uv_handle_t*>(&wake_up), nullptr);
  kernel::close_kernel(kernel);
}

Runtime::Runtime(const Options& options) : implementation_(std::make_unique<Implementation>()) {
  Kernel& kernel = implementation_->kernel;
  implementation_->command = options.command;
  implementation_->list_open_handles = options.list_open_handles;
  kernel.write_report = options.report ? options.report : write_to_stderr;
  kernel.report_form = form_of(options.report_form);
  int status = kernel::open_loop(kernel);
  if (status == 0) {
    status = uv_async_init(&kernel.loop, &implementation_->wake_up, [](uv_async_t*) {});
    if (status < 0) kernel::close_kernel(kernel);
  }
  if (status < 0) throw std::system_error(-status, std::system_category(), "arun::Runtime");
  if (!kernel::open_lua(kernel)) {
    implementation_->end();
    throw std::bad_alloc();
  }
  implementation_->warnings.open();
  implementation_->wake_up.data = implementation_.get();
  uv_unref(reinterpret_cast<uv_handle_t*>(&implementation_->wake_up));
  kernel.allocator.set_limit(options.memory_limit);
  if (!kernel.watchdog.set_slow_callback(to_nanoseconds(options.slow_callback)) ||
      !kernel.watchdog.set_default_time_slice(to_nanoseconds(options.time_slice))) {
    int error = errno;
    implementation_->end();
    throw std::system_error(error, std::system_category(), "arun::Runtime: timer_create");
  }
  lua_pushcfunction(kernel.main, Implementation::open_library);
  lua_pushlightuserdata(kernel.main, implementation_.get());
  if (lua_pcall(kernel.main, 1, 0, 0) != LUA_OK) {
    implementation_->end();
    throw std::bad_alloc();
  }
  if (options.inspect) implementation_->inspection.open();
}

Runtime::~Runtime() {
  implementation_->end();
}

lua_State* Runtime::state() const {
  return implementation_->kernel.main;
}

uv_loop_t* Runtime::loop() const {
  return &implementation_->kernel.loop;
}

void Runtime::interrupt() {
  Implementation& self = *implementation_;
  self.interrupt_requested.store(true);
  uv_async_send(&self.wake_up);
  if (pthread_equal(self.thread, pthread_self())) self.kernel.safe_points.ask(&self.stop_busy_code);
}

void Runtime::inspect() {
  implementation_->inspection.request_dump();
  uv_async_send(&implementation_->wake_up);
}

// Cancels the main task when that was asked for.
void Runtime::Implementation::take_interrupt() {
  if (!interrupt_requested.exchange(false)) return;
  interrupted = true;
  rest_cancelled = false;
  if (Task* main = run->main()) kernel::cancel_task(kernel, main, "interrupted");
}

// After every drain: whether the run is over. Once the main task has failed or was interrupted, so are all others.
bool Runtime::Implementation::run_ended() {
  take_interrupt();
  inspection.take_request();
  bool main_ended = run->main() == nullptr;
  if (main_ended && !rest_cancelled && (interrupted || run->outcome() != Outcome::value)) {
    rest_cancelled = true;
    run->cancel_all(kernel, nullptr);
  }
  return kernel.scheduler.alive() == 0;
}

int Runtime::Implementation::run_main(Launch launch) {
  lua_State* L = kernel.main;
  ScriptRun script;
  launch.run = &script;
  launch.command = &command;
  lua_pushcfunction(L, launch_main);
  lua_pushlightuserdata(L, &launch);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    kernel::report_failure(kernel, L, lua_gettop(L));
    lua_pop(L, 1);
    return 1;
  }
  launch.task->name = std::make_unique<std::string>("main");
  script.begin(launch.task);
  run = &script;
  std::uint64_t failures_before = kernel.unhandled_failures;
  interrupted = rest_cancelled = false;
  auto ended = [](void* self) { return static_cast<Implementation*>(self)->run_ended(); };
  bool deadlocked = false;
  while (kernel::run_loop(kernel, ended, this) == kernel::LoopEnd::deadlock) {
    if (deadlocked) break;  // clean-up waits for ever as well: leave it
    deadlocked = true;
    kernel::report_deadlock(kernel);
    script.cancel_all(kernel, "deadlock");
  }
  if (deadlocked) kernel.scheduler.abandon_all();
  // Before the collection, which closes what was forgotten.
  if (list_open_handles) kernel::report_open_handles(kernel);
  lua_gc(L, LUA_GCCOLLECT);
  kernel.scheduler.report_failures();
  run = nullptr;
  if (exit_code) {
    end();
    std::exit(*exit_code);
  }
  if (interrupted) return kInterruptedCode;
  if (deadlocked || kernel.unhandled_failures != failures_before) return 1;
  if (script.outcome() == Outcome::cancelled) {
    kernel::Report report;
    report.kind = "cancelled";
    report.message = "the main task was cancelled";
    if (!script.reason().empty()) report.message += ": " + script.reason();
    kernel::write_report(kernel, report);
    return 1;
  }
  return 0;
}

int Runtime::run_file(const std::string& path, const std::vector<std::string>& arguments) {
  Launch launch;
  launch.path = launch.name = &path;
  launch.arguments = &arguments;
  return implementation_->run_main(launch);
}

int Runtime::run_string(std::string_view code, const std::string& name, const std::vector<std::string>& arguments) {
  Launch launch;
  launch.code = code;
  launch.name = &name;
  launch.arguments = &arguments;
  return implementation_->run_main(launch);
}

}  // namespace arun
