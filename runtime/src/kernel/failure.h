// What a task failed with: the error as it was raised, and the story that a report needs. A Lua table, made by the
// message handler of the task's body while the stack stands, so that nothing later has to allocate.
#pragma once

#include <string>

#include <lua.hpp>

namespace arun::kernel {

struct Kernel;
struct Task;

// Integer keys, for reading them never allocates.
enum FailureField : int {
  kFailureValue = 1,      // the error value, untouched
  kFailureMessage = 2,    // it as a string
  kFailureTraceback = 3,  // of the Lua stack where it was raised
  kFailureTask = 4,       // the name of the task, or its number when it has none
  kFailureCause = 5,      // the failure of the awaited task that it came from, or nil
  kFailureOrigin = 6,     // where the task was created (Places); 0 or nil = not known
};

// Creates the metatable of failure records.
void open_failures(lua_State* L, Kernel& kernel);

// The message handler of a task's body: makes a record of the error, which the task keeps, and leaves the error as it
// is, for <close> handlers see it. A task's own cancellation needs none.
int failure_handler(lua_State* L);

// Replaces the error on top of L, which leaves the body of the task, by the record made of it, if there is one. There
// is one for "not enough memory", made beforehand.
void wrap_failure(lua_State* L, Task* task);

// Whether the value at the index is a failure record.
bool is_failure(lua_State* L, int index);

// Replaces a record on top of the stack by the error it stands for; other values stay. Notes in the running task that
// it comes from there, so that the chain is kept if it leaves that task too. May raise.
void unwrap_failure(lua_State* L, Task* into);

// The current Lua stack without the frames of the scheduler below it, as text on top of L.
void push_traceback(lua_State* L, lua_State* of, int level);

// The name given to it, else its function's, else "task-7".
std::string task_name(const Kernel& kernel, const Task* task);
// "task 'name' (created at main.lua:3)".
std::string task_label(const Kernel& kernel, const Task* task);

}  // namespace arun::kernel
