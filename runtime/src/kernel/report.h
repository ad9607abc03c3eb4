// What the program says about errors that nobody caught, tasks that nobody can wake, coroutines that nobody awaited.
// The reports themselves are made in report/.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "kernel/kernel.h"
#include "kernel/report/report.h"
#include "kernel/report/text.h"

namespace arun::kernel {

// Writes a report in the form that was asked for (Kernel::report_form).
void write_report(const Kernel& kernel, const Report& report);

// Writes the failure (record or plain value) at this index, with its chain of tasks and the source lines.
void report_failure(Kernel& kernel, lua_State* L, int index);

// The same as text, without the name of the program in front.
std::string failure_text(lua_State* L, int index);

// A coroutine object was collected without having run; where it was made, and its function's name (Places).
void report_unawaited(const Kernel& kernel, Origin origin);

// Something that is no error.
void report_warning(const Kernel& kernel, const std::string& message);

// The running task, which has held the loop for so long, with its stack; to be called at a safe point of it. `waited`:
// how long it was until that was reached; 0 = not worth telling.
std::string describe_slow(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited);
void report_slow(const Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited);

// The tasks from this number on that have not ended, as text; see report_deadlock. Not written when there are none.
void describe_tasks(Kernel& kernel, std::uint32_t first_id, const std::function<void(const std::string&)>& write);

// Names the tasks that have not ended, what they wait for and since when, who holds it, where they were created and
// their stacks: those that are alike as one, and no more than a screenful. Circles of tasks that wait for each other
// come first.
void report_deadlock(Kernel& kernel);

// What the tasks are doing, as a tree of scopes.
void report_tasks(Kernel& kernel);

// Names what is open though the run has ended, where it was opened and by which task; nothing when nothing is.
void report_open_handles(const Kernel& kernel);

}  // namespace arun::kernel
