// arun.native.fs: files, directories and what happens to them. lua-stdlib/arun/fs.lua says what each function does.
#include <lua.hpp>

#include "modules/fs/directory.h"
#include "modules/fs/glob.h"
#include "modules/fs/inotify.h"
#include "modules/fs/open_file.h"
#include "modules/fs/paths.h"
#include "modules/fs/remove.h"
#include "modules/fs/replacement.h"
#include "modules/fs/stat.h"
#include "modules/fs/temporary.h"
#include "modules/fs/whole_file.h"
#include "modules/module.h"

namespace arun::modules {

int open_fs(lua_State* L) {
  const luaL_Reg functions[] = {
      {"open", fs_open},
      {"read_file", fs_read_file},
      {"write_file", fs_write_file},
      {"append_file", fs_append_file},
      {"replace", fs_replace},
      {"copy", fs_copy},
      {"stat", fs_stat},
      {"lstat", fs_lstat},
      {"exists", fs_exists},
      {"list", fs_list},
      {"scan", fs_scan},
      {"mkdir", fs_mkdir},
      {"remove", fs_remove},
      {"rename", fs_rename},
      {"link", fs_link},
      {"symlink", fs_symlink},
      {"readlink", fs_readlink},
      {"realpath", fs_realpath},
      {"chmod", fs_chmod},
      {"utime", fs_utime},
      {"current_dir", fs_current_dir},
      {"glob", fs_glob},
      {"temp_file", fs_temp_file},
      {"temp_dir", fs_temp_dir},
      {"inotify", fs_inotify},
      {nullptr, nullptr},
  };
  luaL_newlib(L, functions);
  return 1;
}

}  // namespace arun::modules
