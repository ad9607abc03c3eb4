#include "arguments.h"

#include <unistd.h>
#include <uv.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <lua.hpp>

#include "arun/runtime.h"

namespace arun::host {
namespace {

constexpr int kUsage = 2;

std::string versions() {
  return std::string("arun ") + version() + " (" + LUA_RELEASE + ", libuv " + uv_version_string() + ")";
}

// -l MODULE is `MODULE = require "MODULE"`, as in lua; the global takes the last part of the name.
std::string require_statement(const std::string& module) {
  std::string global = module.substr(module.find_last_of('.') + 1);
  return "_G['" + global + "'] = require '" + module + "'";
}

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: arun [OPTIONS] SCRIPT [ARGUMENTS]\n"
           "       arun [OPTIONS] -               the script comes on standard input\n"
           "       arun -e CODE\n";
  }
};

int usage_error(const std::string& message) {
  std::fprintf(stderr, "arun: %s\nTry 'arun --help'.\n", message.c_str());
  return kUsage;
}

}  // namespace

bool parse_arguments(int count, char** values, Arguments* arguments, int* exit_code) {
  CLI::App app{"Runs Lua scripts whose coroutines suspend on an event loop.\n"};
  app.name("arun");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("-v,--version", versions(), "Show the versions of arun, Lua and libuv");
  // After the script's name everything is the script's.
  app.prefix_command();
  std::vector<std::string> code;
  std::vector<std::string> modules;
  const CLI::Option* code_option =
      app.add_option("-e", code, "Run this Lua code")->type_name("CODE")->allow_extra_args(false);
  app.add_option("-l", modules, "Require a module into a global of its name")
      ->type_name("MODULE")
      ->allow_extra_args(false);
  try {
    app.parse(count, values);
  } catch (const CLI::Success& asked) {
    *exit_code = app.exit(asked);
    return false;
  } catch (const CLI::ParseError& wrong) {
    *exit_code = usage_error(wrong.what());
    return false;
  }
  // -e and -l take effect in the order they were given.
  auto next_code = code.begin();
  auto next_module = modules.begin();
  for (const CLI::Option* option : app.parse_order()) {
    arguments->code.push_back(option == code_option ? *next_code++ : require_statement(*next_module++));
  }
  std::vector<std::string> rest = app.remaining();
  if (!rest.empty() && rest[0].size() > 1 && rest[0][0] == '-') {
    *exit_code = usage_error("unknown option '" + rest[0] + "'");
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
