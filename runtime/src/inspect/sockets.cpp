#include "inspect/sockets.h"

#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace arun::inspect {
namespace {

// Its own directory, that nobody else may enter: a link or somebody else's would lead astray.
bool is_private(const std::string& directory) {
  struct stat info {};
  return lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == geteuid() &&
         (info.st_mode & 077) == 0;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* open = opendir(directory.c_str());
  if (open == nullptr) return names;
  while (const dirent* entry = readdir(open)) {
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') names.emplace_back(entry->d_name);
  }
  closedir(open);
  return names;
}

}  // namespace

std::vector<std::string> directories() {
  std::vector<std::string> found;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/') found.push_back(std::string(runtime) + "/arun");
  found.push_back("/tmp/arun-" + std::to_string(geteuid()));
  return found;
}

bool prepare_directory(const std::string& directory) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return false;
  return is_private(directory);
}

bool set_address(const std::string& path, sockaddr_un* address) {
  *address = {};
  address->sun_family = AF_UNIX;
  if (path.size() >= sizeof address->sun_path) return false;
  std::memcpy(address->sun_path, path.data(), path.size());
  return true;
}

int connect_to(const std::string& path) {
  sockaddr_un address;
  if (!set_address(path, &address)) return -ENAMETOOLONG;
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

std::vector<Socket> live_sockets() {
  std::vector<Socket> found;
  for (const std::string& directory : directories()) {
    if (!is_private(directory)) continue;
    for (const std::string& name : names_in(directory)) {
      Socket one{name, directory + "/" + name};
      int fd = connect_to(one.path);
      if (fd == -ECONNREFUSED) {
        unlink(one.path.c_str());
        continue;
      }
      if (fd >= 0) close(fd);
      found.push_back(one);
    }
  }
  std::sort(found.begin(), found.end(), [](const Socket& a, const Socket& b) {
    return std::strtod(a.name.c_str(), nullptr) < std::strtod(b.name.c_str(), nullptr);
  });
  return found;
}

}  // namespace arun::inspect
