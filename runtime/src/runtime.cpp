#include "arun/runtime.h"

#include <pthread.h>
#include <uv.h>

#include <atomic>
#include <cstdio>
#include <new>

#include "kernel/call.h"
#include "kernel/cancel.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/loop.h"
#include "kernel/report.h"
#include "kernel/taskset.h"
#include "kernel/teardown.h"
#include "modules/modules.h"

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
    main_ = nullptr;
    return false;
  }

  Task* main() const { return main_; }
  Outcome outcome() const { return outcome_; }

 private:
  Task* main_ = nullptr;
  Outcome outcome_ = Outcome::none;
};

void write_to_stderr(const std::string& text) {
  std::fflush(stdout);  // what the script printed before comes first
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace

struct Runtime::Implementation {
  Kernel kernel;
  ScriptRun* run = nullptr;
  // The way in for other threads and signals.
  uv_async_t wake_up{};
  std::atomic<bool> interrupt_requested{false};
  pthread_t thread = pthread_self();
  bool interrupted = false;
  bool rest_cancelled = false;

  int run_main(int arguments);
  void take_interrupt();
  bool run_ended();
  static void stop_busy_code(lua_State* L, lua_Debug*);
};

namespace {

int open_library(lua_State* L) {
  modules::open_modules(L);
  return 0;
}

// Sets the global `arg` and pushes the arguments. Stack: the function -> the function, the arguments.
void push_arguments(lua_State* L, const std::string& name, const std::vector<std::string>& arguments) {
  luaL_checkstack(L, static_cast<int>(arguments.size()) + 4, "too many arguments");
  lua_createtable(L, static_cast<int>(arguments.size()), 1);
  lua_pushlstring(L, name.data(), name.size());
  lua_rawseti(L, -2, 0);
  lua_Integer index = 0;
  for (const std::string& argument : arguments) {
    lua_pushlstring(L, argument.data(), argument.size());
    lua_rawseti(L, -2, ++index);
  }
  lua_setglobal(L, "arg");
  for (const std::string& argument : arguments) lua_pushlstring(L, argument.data(), argument.size());
}

// Puts the script's directory in front of package.path.
void add_script_directory(lua_State* L, const std::string& path) {
  std::size_t slash = path.rfind('/');
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash == 0 ? 1 : slash);
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "path");
  std::string extended = directory + "/?.lua;" + directory + "/?/init.lua;" + (lua_isstring(L, -1) ? lua_tostring(L, -1) : "");
  lua_pushlstring(L, extended.data(), extended.size());
  lua_setfield(L, -3, "path");
  lua_pop(L, 2);
}

int fail(Kernel& kernel) {
  kernel::report_failure(kernel, kernel.main, lua_gettop(kernel.main));
  lua_pop(kernel.main, 1);
  return 1;
}

struct Spawn {
  kernel::TaskSet* run;
  Task* task;
};

// Protected: function, arguments, Spawn -> makes the main task of them; its handle keeps nothing alive.
int spawn_main(lua_State* L) {
  auto* spawn = static_cast<Spawn*>(lua_touserdata(L, -1));
  lua_pop(L, 1);
  kernel::push_call(L, lua_gettop(L) - 1, 0, 0);
  spawn->task = kernel::kernel_of(L).scheduler.spawn(L, spawn->run, 0);
  return 0;
}

constexpr int kInterruptedCode = 130;

}  // namespace

Runtime::Runtime(const Options& options) : implementation_(std::make_unique<Implementation>()) {
  Kernel& kernel = implementation_->kernel;
  kernel.write_report = options.report ? options.report : write_to_stderr;
  if (!kernel::open_kernel(kernel)) throw std::bad_alloc();
  uv_async_init(&kernel.loop, &implementation_->wake_up, [](uv_async_t*) {});
  implementation_->wake_up.data = implementation_.get();
  uv_unref(reinterpret_cast<uv_handle_t*>(&implementation_->wake_up));
  kernel.allocator.set_limit(options.memory_limit);
  lua_pushcfunction(kernel.main, open_library);
  if (lua_pcall(kernel.main, 0, 0, 0) != LUA_OK) throw std::bad_alloc();
}

Runtime::~Runtime() {
  uv_close(reinterpret_cast<uv_handle_t*>(&implementation_->wake_up), nullptr);
  kernel::close_kernel(implementation_->kernel);
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
  if (!pthread_equal(self.thread, pthread_self())) return;
  // As lua.c does from its signal handler: the hook runs at the next instruction.
  const Task* running = self.kernel.scheduler.running();
  if (running == nullptr || running->thread == nullptr) return;
  lua_sethook(running->thread, Implementation::stop_busy_code, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

void Runtime::Implementation::stop_busy_code(lua_State* L, lua_Debug*) {
  lua_sethook(L, nullptr, 0, 0);
  Kernel& kernel = kernel::kernel_of(L);
  Task* running = kernel.scheduler.running();
  kernel::cancel_task(kernel, running, "interrupted");
  kernel::raise_pending(L, kernel, running);
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
  bool main_ended = run->main() == nullptr;
  if (main_ended && !rest_cancelled && (interrupted || run->outcome() != Outcome::value)) {
    rest_cancelled = true;
    run->cancel_all(kernel, nullptr);
  }
  return kernel.scheduler.alive() == 0;
}

// Stack: the main function and its arguments; popped.
int Runtime::Implementation::run_main(int arguments) {
  lua_State* L = kernel.main;
  ScriptRun script;
  Spawn spawn{&script, nullptr};
  lua_pushcfunction(L, spawn_main);
  lua_insert(L, -(arguments + 2));
  lua_pushlightuserdata(L, &spawn);
  if (lua_pcall(L, arguments + 2, 0, 0) != LUA_OK) return fail(kernel);
  spawn.task->name = std::make_unique<std::string>("main");
  script.begin(spawn.task);
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
  lua_gc(L, LUA_GCCOLLECT);
  kernel.scheduler.report_failures();
  run = nullptr;
  if (interrupted) return kInterruptedCode;
  if (deadlocked || kernel.unhandled_failures != failures_before) return 1;
  if (script.outcome() == Outcome::cancelled) {
    kernel.write_report("arun: the main task was cancelled\n");
    return 1;
  }
  return 0;
}

int Runtime::run_file(const std::string& path, const std::vector<std::string>& arguments) {
  Kernel& kernel = implementation_->kernel;
  lua_State* L = kernel.main;
  bool standard_input = path == "-";
  if (luaL_loadfile(L, standard_input ? nullptr : path.c_str()) != LUA_OK) return fail(kernel);
  if (!standard_input) add_script_directory(L, path);
  push_arguments(L, path, arguments);
  return implementation_->run_main(static_cast<int>(arguments.size()));
}

int Runtime::run_string(std::string_view code, const std::string& name, const std::vector<std::string>& arguments) {
  Kernel& kernel = implementation_->kernel;
  lua_State* L = kernel.main;
  if (luaL_loadbuffer(L, code.data(), code.size(), ("=" + name).c_str()) != LUA_OK) return fail(kernel);
  push_arguments(L, name, arguments);
  return implementation_->run_main(static_cast<int>(arguments.size()));
}

}  // namespace arun
