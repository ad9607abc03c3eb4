#pragma once

namespace arun {
class Runtime;
}

namespace arun::host {

// Ctrl-C: the first one interrupts the runtime, which runs its clean-up and exits with 130; a second one ends the
// process at once.
void handle_interrupts(Runtime* runtime);

}  // namespace arun::host
