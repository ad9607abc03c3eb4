// The face of the library: a runtime that runs Lua scripts whose coroutines suspend on a libuv loop.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct lua_State;
struct uv_loop_s;

namespace arun {

// The library's version, "0.1.0".
const char* version();

// How reports are written: as text, as text with the colours of a terminal, or one JSON object a line.
enum class ReportForm { text, coloured, json };

struct Options {
  // Lua's memory limit in bytes; 0 = none. Beyond it scripts see "not enough memory" errors.
  std::size_t memory_limit = 0;
  // Receives the text of every report: errors that nobody caught, deadlocks, coroutines never awaited, Lua's warnings.
  // Default: stderr. Must not call into the runtime.
  std::function<void(const std::string& text)> report;
  ReportForm report_form = ReportForm::text;
  // Whether a run ends with a report of the handles that are still open (files, sockets, watches), with the lines and
  // tasks that opened them.
  bool list_open_handles = false;
  // Whether `arun ps`, `arun tree` and `arun stack` can look at the tasks from outside: by a Unix socket that only the
  // same user can reach, and a thread that serves it. Measures the CPU time of each task.
  bool inspect = false;
  // What stood before the script on a command line, the program first: scripts find it in arg[-n] to arg[-1].
  std::vector<std::string> command;
  // Seconds. A task that holds the loop longer is reported while it runs, with its stack; 0 = none is.
  double slow_callback = 0;
  // Seconds. A task that has run so long without awaiting is suspended between two lines of its code, and goes on after
  // the others that are ready; 0 = tasks are suspended only where they await. This and the above make a timer of the
  // system's, whose signal is SIGURG; the constructor throws std::system_error when there is none left.
  double time_slice = 0;
};

// One Lua state, one libuv loop and one scheduler. Belongs to the thread that made it; a process may hold many.
class Runtime {
 public:
  // Throws std::system_error when the system refuses what a loop needs (EMFILE: too many open files), std::bad_alloc
  // when memory is out.
  explicit Runtime(const Options& options = {});
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs a script ("-" is standard input) as the main task until it and all tasks it started have ended. `arguments`
  // become the script's `...` and the global `arg` (arg[0] is the path). Modules are looked for beside the script
  // first. Returns the exit code: 0; 1 after an error, which is reported; 130 when interrupted.
  int run_file(const std::string& path, const std::vector<std::string>& arguments = {});

  // The same for source text; `name` stands for it in messages.
  int run_string(std::string_view code, const std::string& name, const std::vector<std::string>& arguments = {});

  // Cancels the main task and, once that has ended, all others; run_* then returns 130. May be called from any thread
  // and from a signal handler. Called in the runtime's own thread, it also stops Lua code that runs without awaiting.
  void interrupt();

  // Reports the tasks as a tree, as soon as their code allows, and opens the runtime for inspection, as
  // Options::inspect does. May be called in the runtime's own thread and from a signal handler in it.
  void inspect();

  // For registering functions and setting globals before a run. Nothing may be suspended from here: such a call
  // raises an error.
  lua_State* state() const;
  // For the host's own handles. libuv callbacks must not call into Lua.
  uv_loop_s* loop() const;

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace arun
