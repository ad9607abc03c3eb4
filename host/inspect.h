// `arun ps`, `arun tree`, `arun stack`: what the tasks of a running program are doing.
#pragma once

#include <optional>

namespace arun {
class Runtime;
}

namespace arun::host {

// Runs the command when the first argument is one of these; its exit code.
std::optional<int> run_inspect_command(int count, char** values);

// SIGUSR1: the program's tasks are printed, and it can be looked into from then on.
void handle_inspect_signal(Runtime* runtime);

}  // namespace arun::host
