// The tasks of a program that goes on, for whoever looks at it: as a table, as a tree of scopes, and their stacks.
#pragma once

#include <string>

#include "kernel/report/tasks.h"

namespace arun::kernel {

// A line for each: number, state, for how long, CPU time, open handles that it made, name, what it waits for.
std::string table_of_tasks(const LiveTasks& tasks);

// Scopes (runs, gathers, groups) stand below the task that opened them, and their tasks below them.
std::string tree_of_tasks(const LiveTasks& tasks);

// Where the task of this number or name is, with the stacks of those it awaits, one after the other; all tasks when
// `which` is empty. "" when there is none of the name.
std::string stacks_of_tasks(const LiveTasks& tasks, const std::string& which);

}  // namespace arun::kernel
