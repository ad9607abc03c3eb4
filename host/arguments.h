// The command line of the arun program.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace arun::host {

struct Arguments {
  // What -e and -l ask for, in their order: Lua code to run before the script.
  std::vector<std::string> code;
  std::optional<std::string> script;  // "-": standard input
  std::vector<std::string> script_arguments;
  bool list_open_handles = false;
  bool json_errors = false;
  bool inspect = false;
  double slow_callback = 0;  // seconds, as in arun::Options
  double time_slice = 0;
  std::vector<std::string> command;  // what stands before the script, or all if there is none
};

// Parses the command line. When there is nothing to run, because it was asked for help or is wrong, says so on the
// terminal and returns false with the exit code.
bool parse_arguments(int count, char** values, Arguments* arguments, int* exit_code);

}  // namespace arun::host
