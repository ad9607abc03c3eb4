#include "arun/runtime.h"

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

// What a runtime has beside its kernel: a way in from other threads and from signals.
struct Interrupt {
  uv_async_t handle{};
  std::atomic<bool> requested{false};
};

}  // namespace

struct Runtime::Implementation {
  Kernel kernel;
  Interrupt interrupt;
  ScriptRun* run = nullptr;

  int run_main(int arguments);
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
  kernel.report = kernel::report_failure;
  if (!kernel::open_kernel(kernel)) throw std::bad_alloc();
  uv_async_init(&kernel.loop, &implementation_->interrupt.handle, [](uv_async_t*) {});
  uv_unref(reinterpret_cast<uv_handle_t*>(&implementation_->interrupt.handle));
  kernel.allocator.set_limit(options.memory_limit);
  lua_pushcfunction(kernel.main, open_library);
  if (lua_pcall(kernel.main, 0, 0, 0) != LUA_OK) throw std::bad_alloc();
}

Runtime::~Runtime() {
  uv_close(reinterpret_cast<uv_handle_t*>(&implementation_->interrupt.handle), nullptr);
  kernel::close_kernel(implementation_->kernel);
}

lua_State* Runtime::state() const {
  return implementation_->kernel.main;
}

uv_loop_t* Runtime::loop() const {
  return &implementation_->kernel.loop;
}

void Runtime::interrupt() {
  implementation_->interrupt.requested.store(true);
  uv_async_send(&implementation_->interrupt.handle);
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
  bool interrupted = false;
  bool cancelled_rest = false;
  struct Stop {
    Implementation* self;
    bool* interrupted;
    bool* cancelled_rest;
  } stop{this, &interrupted, &cancelled_rest};

  auto done = [](void* context) {
    auto* at = static_cast<Stop*>(context);
    Implementation* self = at->self;
    ScriptRun* script_run = self->run;
    if (self->interrupt.requested.exchange(false)) {
      *at->interrupted = true;
      if (Task* main = script_run->main()) kernel::cancel_task(self->kernel, main, "interrupted");
    }
    bool main_failed = script_run->main() == nullptr && script_run->outcome() != Outcome::value;
    if (script_run->main() == nullptr && (*at->interrupted || main_failed) && !*at->cancelled_rest) {
      *at->cancelled_rest = true;
      script_run->cancel_all(self->kernel, nullptr);
    }
    return self->kernel.scheduler.alive() == 0;
  };

  bool deadlocked = false;
  while (kernel::run_loop(kernel, done, &stop) == kernel::LoopEnd::deadlock) {
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
    std::fputs("arun: the main task was cancelled\n", stderr);
    return 1;
  }
  return 0;
}

int Runtime::run_file(const std::string& path, const std::vector<std::string>& arguments) {
  Kernel& kernel = implementation_->kernel;
  lua_State* L = kernel.main;
  if (luaL_loadfile(L, path.c_str()) != LUA_OK) return fail(kernel);
  add_script_directory(L, path);
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
