// Opening a path into a File.
#pragma once

#include <sys/stat.h>

#include <memory>

#include "modules/fs/file.h"

namespace arun::modules {

// Makes the File of a descriptor of which fstat told `info`.
std::shared_ptr<File> make_file(kernel::Kernel& kernel, OwnedFd fd, const char* path, int flags,
                                const struct stat& info);

int fs_open(lua_State* L);

}  // namespace arun::modules
