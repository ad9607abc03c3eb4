// The program's way with the memory that the system gives it.
#pragma once

namespace arun::host {

// Keeps up to 16 MiB of what has been freed. The collector frees in bursts what the script is about to ask for again;
// by default malloc would give it back to the system each time, and take it again page by page.
void keep_freed_memory();

}  // namespace arun::host
