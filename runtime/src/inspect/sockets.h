// Where the sockets lie by which running programs can be looked into: one a runtime, in a directory that only its user
// can enter.
#pragma once

#include <sys/types.h>
#include <sys/un.h>

#include <optional>
#include <string>
#include <vector>

namespace arun::inspect {

// Of a runtime: "1234", or "1234.2" for the second of a process.
struct Socket {
  std::string name;
  std::string path;
};

// The directories to look in: $XDG_RUNTIME_DIR/arun and /tmp/arun-UID. New sockets are made in the first that can be
// used.
std::vector<std::string> directories();

// Makes the directory unless it is there; whether it is this user's alone.
bool prepare_directory(const std::string& directory);

// Whether the path fits into an address.
bool set_address(const std::string& path, sockaddr_un* address);

// A non-blocking connection to the program behind the socket, or a negated errno.
int connect_to(const std::string& path);

// The sockets of programs that run. Those of programs that are gone are removed.
std::vector<Socket> live_sockets();

}  // namespace arun::inspect
