// The sub-command `arun test`.
#pragma once

#include "arguments.h"

namespace arun::host {

// Whether the command line is one of the sub-command: its first word is `test`. A script of that name is `./test`.
bool is_test_command(int count, char** values);

// As parse_arguments: what is to be run is the test runner (lua-stdlib/arun/test/command.lua), with what was asked for.
bool parse_test_arguments(int count, char** values, Arguments* arguments, int* exit_code);

}  // namespace arun::host
