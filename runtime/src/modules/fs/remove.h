// fs.remove, and the removal of temporary directories.
#pragma once

#include <atomic>
#include <string>

#include <lua.hpp>

#include "uv/pool_job.h"

namespace arun::modules {

// Removes a file, or a directory with all that is in it, never following a symbolic link. Stops where it fails, and
// puts the path it failed at into *failed, or when `stop` says so. Holds two descriptors, however deep it goes. A
// status.
int remove_tree(const std::string& path, std::string* failed, const std::atomic<bool>* stop);

class RemoveJob final : public uv::PoolJob {
 public:
  struct How {
    bool recursive = false;
    bool missing_ok = false;
    bool to_the_end = false;  // also when it was cancelled
  };
  RemoveJob(const char* path, How how) : PoolJob("remove", path), how_(how) {}

 private:
  int work() override;
  int results(lua_State*) override { return 0; }
  int failed(lua_State* L) override;
  bool must_run() const override { return how_.to_the_end; }

  How how_;
  std::string failed_at_;
};

int fs_remove(lua_State* L);

}  // namespace arun::modules
