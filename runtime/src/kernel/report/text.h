// Reports as text for people.
#pragma once

#include <string>

#include "kernel/report/report.h"

namespace arun::kernel {

// With `colours` the message is bold, red for what ends the program, and lines of source are dim.
std::string to_text(const Report& report, bool colours = false);

// The tasks alone.
std::string tasks_as_text(const Report& report);

// Adds to each line of a traceback within the text the line of source that it names.
std::string with_sources(const std::string& text);

// 12.3 as "12.3 s", 4000 as "1 h 6 min".
std::string duration_text(double seconds);

}  // namespace arun::kernel
