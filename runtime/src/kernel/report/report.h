// A report, before it is text: what all of them have in common. text.h and json.h render it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernel/report/frames.h"

namespace arun::kernel {

// Something that a task tells in a report.
struct TaskStory {
  std::vector<std::string> names;  // several: tasks that are alike
  std::size_t count = 1;
  std::string created_at;  // "" when not known
  // What it does, as text that goes on from its name: "waits for a lock". Empty in the chain of an error.
  std::string doing;
  std::string state;      // "waiting", "ready", ...; empty as well
  std::string waits_for;  // in words
  double seconds = -1;    // for which it has waited; negative: not known
  std::vector<Frame> frames;
  std::size_t left_out_before = 0;  // so many tasks of a chain that are not shown
};

// Something else that a report lists: a handle that is open.
struct Item {
  std::string what;
  std::string place;
  std::string task;
};

struct Report {
  const char* kind = "error";  // "error", "deadlock", "warning", "unawaited", "open_handles", ...
  std::string message;
  std::string error_kind;  // of an error object, "" when it has none
  std::string code;        // the same
  std::string source;      // the line that the message names, when there is no traceback
  std::vector<std::string> notes;
  // Of an error: the tasks it came through, from the one that raised it outwards. Else tasks side by side.
  std::vector<TaskStory> tasks;
  std::vector<Item> items;
  std::size_t left_out = 0;  // so many more tasks or items are not shown
};

}  // namespace arun::kernel
