#include "test_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstring>

namespace arun::host {
namespace {

constexpr int kUsage = 2;

class HelpFormatter final : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App*, std::string) const override {
    return "Usage: arun test [OPTIONS] [PATHS]     files, and directories with files *_test.lua (default: .)\n";
  }
};

int usage_error(const std::string& message) {
  std::fprintf(stderr, "arun test: %s\nTry 'arun test --help'.\n", message.c_str());
  return kUsage;
}

// Collects "name=value" for the runner, and says how each option is written.
class Options {
 public:
  Options(CLI::App* app, std::vector<std::string>* collected) : app_(app), collected_(collected) {}

  CLI::Option* value(const char* flags, const char* name, const char* type, const char* help) {
    auto take = [this, name](const std::string& text) { add(name, text); };
    CLI::Option* option = app_->add_option_function<std::string>(flags, take, help)->type_name(type);
    return option->trigger_on_parse()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  }

  CLI::Option* flag(const char* flags, const char* name, const char* help) {
    return app_->add_flag_callback(
        flags, [this, name] { add(name, "true"); }, help);
  }

  void add(const std::string& name, const std::string& text) { collected_->push_back(name + "=" + text); }

 private:
  CLI::App* app_;
  std::vector<std::string>* collected_;
};

void add_options(Options& options) {
  options.value("-k", "match", "PATTERN", "Run the tests whose names hold this text or match this Lua pattern");
  options.value("--tag", "tag", "TAG",
                "Run the tests that have this tag, or with !TAG those that have not; may be repeated");
  options.value("-j,--jobs", "jobs", "N", "Run so many files at a time, each in a process of its own");
  options.flag("--fail-fast", "fail_fast", "Stop after the first failure");
  options.value("--repeat", "repeat", "N", "Run each test so often");
  options.value("--timeout", "timeout", "S", "Real seconds that a test may take (default 10)");
  options.flag("--real-time", "real_time", "Let sleeps and time limits take their time in all tests");
  options.value("--schedules", "schedules", "N", "Run each test also under so many orders of the ready tasks");
  options.value("--seed", "seed", "S", "The order to replay, or with --schedules the first of them");
  options.flag("--cancel-sweep", "cancel_sweep",
               "Run each test again and again, cancelled at its first, second, ... wait");
  options.value("--reporter", "reporter", "NAME", "readable (default), tap or junit");
  options.value("--output", "output", "FILE", "Write the report into this file");
  options.flag("--coverage", "coverage", "Say which lines of the files below this directory ran");
  options.value("--lcov", "lcov", "FILE", "With --coverage: write it into this file, too, in lcov's format");
  options.value("--preload", "preload", "MODULE", "Require this module first, in each process");
  options.flag("-v,--verbose", "verbose", "Name the tests that passed, too");
  // How the runner starts itself for --jobs.
  options.value("--child", "child", "FILE", "")->group("");
}

}  // namespace

bool is_test_command(int count, char** values) {
  return count > 1 && std::strcmp(values[1], "test") == 0;
}

bool parse_test_arguments(int count, char** values, Arguments* arguments, int* exit_code) {
  CLI::App app{"Runs Lua tests.\n"};
  app.name("arun test");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  Options options(&app, &arguments->script_arguments);
  add_options(options);
  std::vector<std::string> paths;
  app.add_option("PATHS", paths, "")->group("");
  try {
    app.parse(count - 1, values + 1);
  } catch (const CLI::Success& asked) {
    *exit_code = app.exit(asked);
    return false;
  } catch (const CLI::ArgumentMismatch& wrong) {
    std::string text = wrong.what();
    std::string option = text.substr(0, text.find(':'));
    *exit_code = usage_error("option '" + option + "' needs an argument: " + app.get_option(option)->get_type_name());
    return false;
  } catch (const CLI::ExtrasError&) {
    *exit_code = usage_error("unknown option '" + app.remaining().front() + "'");
    return false;
  } catch (const CLI::ParseError& wrong) {
    *exit_code = usage_error(wrong.what());
    return false;
  }
  for (const std::string& path : paths) options.add("path", path);
  arguments->code.emplace_back("require('arun.test.command')(...)");
  arguments->command.assign(values, values + 2);
  return true;
}

}  // namespace arun::host
