// Directories: list, mkdir.
#pragma once

#include <dirent.h>

#include <memory>
#include <string>
#include <vector>

#include <lua.hpp>

namespace arun::modules {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using OwnedDirectory = std::unique_ptr<DIR, CloseDirectory>;

// Opens a directory relative to another one (AT_FDCWD: to the current one), with further flags of open(2). A status.
int open_directory(int parent, const char* path, int flags, OwnedDirectory* directory);

struct DirectoryEntry {
  std::string name;
  unsigned char type;  // DT_*
};

// Reads all entries but . and .., in no order; a type that the file system does not tell is asked for. A status.
int read_entries(DIR* directory, std::vector<DirectoryEntry>* entries);

int fs_list(lua_State* L);
int fs_scan(lua_State* L);
int fs_mkdir(lua_State* L);

}  // namespace arun::modules
