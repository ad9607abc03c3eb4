// The arun program: puts the runtime and the terminal together.
#include <cstdio>
#include <system_error>

#include <uv.h>

#include "arguments.h"
#include "arun/runtime.h"
#include "interrupt.h"
#include "memory.h"
#include "output.h"

namespace {

void report(const std::string& text) {
  if (arun::host::output_broken()) return;  // the reader of our output is gone: no news to anybody
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int run(arun::Runtime& runtime, const arun::host::Arguments& arguments) {
  for (const std::string& code : arguments.code) {
    int exit_code = runtime.run_string(code, "(command line)", arguments.script_arguments);
    if (exit_code != 0) return exit_code;
  }
  return arguments.script ? runtime.run_file(*arguments.script, arguments.script_arguments) : 0;
}

}  // namespace

int main(int count, char** values) {
  arun::host::keep_freed_memory();
  arun::host::open_standard_descriptors();
  arun::host::Arguments arguments;
  int exit_code = 0;
  if (!arun::host::parse_arguments(count, values, &arguments, &exit_code)) return exit_code;
  try {
    arun::Runtime runtime({.report = report, .command = arguments.command});
    arun::host::watch_output(runtime.state());
    arun::host::handle_interrupts(&runtime);
    exit_code = run(runtime, arguments);
  } catch (const std::system_error& error) {
    int status = -error.code().value();
    std::fprintf(stderr, "arun: cannot start: %s (%s)\n", uv_strerror(status), uv_err_name(status));
    return 1;
  }
  if (!arun::host::finish_output() && exit_code == 0) return 1;
  return exit_code;
}
