// Opening a path into a File.
#pragma once

#include <sys/stat.h>

#include <memory>

#include "modules/fs/file.h"

namespace arun::modules {

// open(2) that waits for nobody, sets close-on-exec, never makes a terminal the controlling one, and is repeated when
// a signal breaks it off. Gives the descriptor or a status.
int open_fd(const char* path, int flags, mode_t mode = 0666);
// The same, relative to a directory.
int open_fd_at(int directory, const char* name, int flags, mode_t mode = 0666);

// Makes the File of a descriptor of which fstat told `info`.
std::shared_ptr<File> make_file(kernel::Kernel& kernel, OwnedFd fd, const char* path, int flags,
                                const struct stat& info);

// The flags of an io.open mode such as "r+b"; raises kind "usage" for other strings.
int check_mode(lua_State* L, int arg);

int fs_open(lua_State* L);

}  // namespace arun::modules
