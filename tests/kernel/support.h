// What the kernel's tests share: a runtime whose reports are collected, and a way to look at what a script left.
#pragma once

#include <lua.hpp>
#include <string>

#include "../unit.h"
#include "arun/runtime.h"
#include "kernel/kernel.h"

namespace arun::test {

// Sanitizers make everything several times slower and memory dearer: the sizes of the large tests shrink.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

class Script {
 public:
  explicit Script(const Options& options = {}) : runtime_(with_report(options)) {}

  // Runs the code; its exit code.
  int run(const std::string& code) { return runtime_.run_string(code, "test"); }

  // A global of the script as text.
  std::string global(const char* name) {
    lua_State* L = runtime_.state();
    lua_getglobal(L, name);
    std::string text = luaL_tolstring(L, -1, nullptr);
    lua_pop(L, 2);
    return text;
  }

  const std::string& reports() const { return reports_; }
  Runtime& runtime() { return runtime_; }
  kernel::Kernel& kernel() { return kernel::kernel_of(runtime_.state()); }

 private:
  Options with_report(Options options) {
    options.report = [this](const std::string& text) { reports_ += text; };
    return options;
  }

  std::string reports_;
  Runtime runtime_;
};

}  // namespace arun::test
