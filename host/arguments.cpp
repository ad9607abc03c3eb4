#include "arguments.h"

#include <unistd.h>
#include <uv.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <lua.hpp>

#include "arun/runtime.h"
#include "test_command.h"

namespace arun::host {
namespace {

constexpr int kUsage = 2;
constexpr double kSlowCallback = 0.1;

// Of the libraries of the shared modules, those that they were built with: asking them would load them.
std::string versions() {
  return std::string("arun ") + version() + " (" + LUA_RELEASE + ", libuv " + uv_version_string() +
         ", CLI11 " CLI11_VERSION ARUN_MODULE_LIBRARIES ")";
}

// Text as a Lua string: every byte as \ddd.
std::string lua_literal(const std::string& text) {
  std::string literal = "'";
  for (char c : text) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\%03u", static_cast<unsigned>(static_cast<unsigned char>(c)));
    literal += escape;
  }
  return literal + "'";
}

// -l MODULE is `MODULE = require "MODULE"`, as in lua; the global takes the last part of the name.
std::string require_statement(const std::string& module) {
  std::string global = module.substr(module.find_last_of('.') + 1);
  return "_G[" + lua_literal(global) + "] = require(" + lua_literal(module) + ")";
}

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: arun [OPTIONS] SCRIPT [ARGUMENTS]\n"
           "       arun [OPTIONS] -               the script comes on standard input\n"
           "       arun -e CODE\n"
           "       arun ps [PID]                  the tasks of a running program; without PID, the programs\n"
           "       arun tree PID                  its tasks as a tree of scopes\n"
           "       arun stack PID [TASK]          where they are, or where this one is\n"
           "       arun test [OPTIONS] [PATHS]    runs tests; see arun test --help\n";
  }
};

int usage_error(const std::string& message) {
  std::fprintf(stderr, "arun: %s\nTry 'arun --help'.\n", message.c_str());
  return kUsage;
}

}  // namespace

bool parse_arguments(int count, char** values, Arguments* arguments, int* exit_code) {
  if (is_test_command(count, values)) return parse_test_arguments(count, values, arguments, exit_code);
  CLI::App app{"Runs Lua scripts whose coroutines suspend on an event loop.\n"};
  app.name("arun");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("-v,--version", versions(), "Show the versions of arun and of its libraries");
  // After the script's name everything is the script's.
  app.prefix_command();
  // Taken as they come: they take effect in the order in which they were given.
  auto add = [&](const char* name, const char* type, const char* help,
                 const std::function<void(const std::string&)>& take) {
    CLI::Option* option = app.add_option_function<std::string>(name, take, help)->type_name(type);
    option->trigger_on_parse()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  };
  app.add_flag("--json-errors", arguments->json_errors, "Write reports as JSON, one object a line");
  app.add_flag("--inspect", arguments->inspect, "Let 'arun ps', 'tree' and 'stack' look at the tasks from outside");
  std::vector<std::string>& code = arguments->code;
  add("-e", "CODE", "Run this Lua code; may be repeated", [&](const std::string& text) { code.push_back(text); });
  add("-l", "MODULE", "Require a module into a global of its name; may be repeated",
      [&](const std::string& module) { code.push_back(require_statement(module)); });
  app.add_flag_callback(
      "--debug",
      [&] {
        arguments->slow_callback = kSlowCallback;
        arguments->list_open_handles = true;
      },
      "Report tasks that hold the loop longer than 100 ms, while they run, and handles that are open at the end");
  app.add_option("--time-slice", arguments->time_slice, "Suspend tasks that run longer without awaiting")
      ->type_name("SECONDS")
      ->check([](const std::string& text) {
        char* end = nullptr;
        double seconds = std::strtod(text.c_str(), &end);
        bool good = *end == '\0' && std::isfinite(seconds) && seconds > 0;
        return good ? "" : "seconds above 0 expected, got '" + text + "'";
      });
  try {
    app.parse(count, values);
  } catch (const CLI::Success& asked) {
    *exit_code = app.exit(asked);
    return false;
  } catch (const CLI::ArgumentMismatch& wrong) {
    std::string option = wrong.what();
    option.resize(option.find(':'));
    *exit_code = usage_error("option '" + option + "' needs an argument: " + app.get_option(option)->get_type_name());
    return false;
  } catch (const CLI::ParseError& wrong) {
    *exit_code = usage_error(wrong.what());
    return false;
  }
  std::vector<std::string> rest = app.remaining();
  bool options_ended = !rest.empty() && rest[0] == "--";
  arguments->command.assign(values, values + (count - static_cast<int>(rest.size()) + (options_ended ? 1 : 0)));
  if (options_ended) rest.erase(rest.begin());
  if (!options_ended && !rest.empty() && rest[0].size() > 1 && rest[0][0] == '-') {
    *exit_code = usage_error("unknown option '" + rest[0] + "'");
    return false;
  }
  if (!rest.empty() && rest[0].empty()) {
    *exit_code = usage_error("the name of the script is empty");
    return false;
  }
  if (!rest.empty()) {
    arguments->script = rest[0];
    arguments->script_arguments.assign(rest.begin() + 1, rest.end());
  } else if (arguments->code.empty()) {
    if (isatty(STDIN_FILENO)) {
      std::fputs(app.help().c_str(), stderr);
      *exit_code = kUsage;
      return false;
    }
    arguments->script = "-";
  }
  return true;
}

}  // namespace arun::host
