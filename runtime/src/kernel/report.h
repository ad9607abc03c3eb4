// What the program says about errors that nobody caught, tasks that nobody can wake, coroutines that nobody awaited.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "kernel/kernel.h"

namespace arun::kernel {

// Writes the failure (record or plain value) at this index, with its chain of tasks and the source lines.
void report_failure(Kernel& kernel, lua_State* L, int index);

// The same as text, of a failure record.
std::string failure_text(lua_State* L, int index);

// Adds to each line of a traceback the line of source that it names.
std::string with_sources(const std::string& text);

// A coroutine object was collected without having run; where it was made, and its function's name (Places).
void report_unawaited(Kernel& kernel, Origin origin);

// The running task, which has held the loop for so long, with its stack; to be called at a safe point of it. `waited`:
// how long it was until that was reached; 0 = not worth telling.
std::string describe_slow(Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited);
void report_slow(Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited);

// The tasks from this number on that have not ended, as text; see report_deadlock. Not written when there are none.
void describe_tasks(Kernel& kernel, std::uint32_t first_id, const std::function<void(const std::string&)>& write);

// Names the tasks that have not ended, what they wait for, where they were created and their stacks: those that are
// alike as one, and no more than a screenful.
void report_deadlock(Kernel& kernel);

}  // namespace arun::kernel
