// The arun program: puts the runtime and the terminal together.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <system_error>

#include <uv.h>

#include "arguments.h"
#include "arun/runtime.h"
#include "inspect.h"
#include "interrupt.h"
#include "memory.h"
#include "output.h"

namespace {

void report(const std::string& text) {
  if (arun::host::output_broken()) return;  // the reader of our output is gone: no news to anybody
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// At a terminal in colours, unless its user wants none (no-color.org).
arun::ReportForm report_form(const arun::host::Arguments& arguments) {
  if (arguments.json_errors) return arun::ReportForm::json;
  const char* unwanted = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  bool dumb = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
  bool plain = dumb || (unwanted != nullptr && *unwanted != '\0') || isatty(STDERR_FILENO) == 0;
  return plain ? arun::ReportForm::text : arun::ReportForm::coloured;
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
  if (std::optional<int> code = arun::host::run_inspect_command(count, values)) return *code;
  arun::host::Arguments arguments;
  int exit_code = 0;
  if (!arun::host::parse_arguments(count, values, &arguments, &exit_code)) return exit_code;
  try {
    arun::Runtime runtime({.report = report,
                           .report_form = report_form(arguments),
                           .list_open_handles = arguments.list_open_handles,
                           .inspect = arguments.inspect,
                           .command = arguments.command,
                           .slow_callback = arguments.slow_callback,
                           .time_slice = arguments.time_slice});
    arun::host::watch_output(runtime.state());
    arun::host::handle_interrupts(&runtime);
    arun::host::handle_inspect_signal(&runtime);
    exit_code = run(runtime, arguments);
  } catch (const std::system_error& error) {
    int status = -error.code().value();
    std::fprintf(stderr, "arun: cannot start: %s (%s)\n", uv_strerror(status), uv_err_name(status));
    return 1;
  }
  if (!arun::host::finish_output() && exit_code == 0) return 1;
  return exit_code;
}
