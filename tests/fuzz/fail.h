// How a fuzz target says that a property does not hold.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace arun::fuzz {

[[noreturn]] inline void fail(const char* property, const std::string& one, const std::string& other = "") {
  std::fprintf(stderr, "%s:\n%s\n-- and --\n%s\n", property, one.c_str(), other.c_str());
  std::abort();
}

}  // namespace arun::fuzz
