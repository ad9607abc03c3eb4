#include "modules/fs/unique_name.h"

#include <sys/random.h>
#include <sys/types.h>

#include <cerrno>

namespace arun::modules {
namespace {

constexpr std::size_t kRandom = 10;

std::string random_letters() {
  static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz012345";
  char name[kRandom];
  for (std::size_t done = 0; done < kRandom;) {
    ssize_t count = getrandom(name + done, kRandom - done, 0);
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  for (char& letter : name) letter = kLetters[static_cast<unsigned char>(letter) % 32];
  return {name, kRandom};
}

}  // namespace

int make_unique_path(const std::string& prefix, const std::string& suffix, std::string* path,
                     const std::function<int(const char* path)>& make) {
  constexpr int kTries = 100;
  int result = -EEXIST;
  for (int i = 0; i < kTries && result == -EEXIST; ++i) {
    *path = prefix + random_letters() + suffix;
    result = make(path->c_str());
  }
  return result;
}

}  // namespace arun::modules
