// Directories: list, mkdir, remove.
#pragma once

#include <dirent.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include <lua.hpp>

namespace arun::modules {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using OwnedDirectory = std::unique_ptr<DIR, CloseDirectory>;

struct DirectoryEntry {
  std::string name;
  unsigned char type;  // DT_*
};

// Reads all entries but . and .., in no order; a type that the file system does not tell is asked for. A status.
int read_entries(DIR* directory, std::vector<DirectoryEntry>* entries);

// Removes a file, or a directory with all that is in it, never following a symbolic link. Stops where it fails, and
// puts the path it failed at into *failed, or when `stop` says so. Holds one descriptor, however deep it goes. A
// status.
int remove_tree(const std::string& path, std::string* failed, const std::atomic<bool>* stop);

int fs_list(lua_State* L);
int fs_scan(lua_State* L);
int fs_mkdir(lua_State* L);
int fs_remove(lua_State* L);

}  // namespace arun::modules
