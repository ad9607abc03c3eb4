// A job on two paths that gives nothing back; its errors name both.
#pragma once

#include <string>

#include "uv/error.h"
#include "uv/pool_job.h"

namespace arun::modules {

class PathPairJob : public uv::PoolJob {
 protected:
  PathPairJob(const char* operation, const char* from, const char* to) : PoolJob(operation, from), to_(to) {}

  const char* to() const { return to_.c_str(); }

 private:
  int results(lua_State*) final { return 0; }
  int failed(lua_State* L) final { return uv::raise_error(L, status(), operation(), path(), to()); }

  std::string to_;
};

}  // namespace arun::modules
