// A file that is replaced as a whole, its new content written piece by piece.
#include "modules/fs/replacement.h"

#include <memory>
#include <new>
#include <string>

#include "lua/args.h"
#include "lua/self.h"
#include "lua/userdata.h"
#include "modules/fs/atomic_file.h"
#include "modules/fs/closed.h"
#include "uv/pool_job.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.Replacement";

// A job that was cancelled may still be at work in the pool: it holds the file too.
struct Replacement {
  std::string path;
  std::shared_ptr<AtomicFile> file;  // null = closed
};

class ReplacementJob : public uv::PoolJob {
 protected:
  ReplacementJob(const Replacement& replacement, const char* operation)
      : PoolJob(operation, replacement.path.c_str()), file(replacement.file) {}

  std::shared_ptr<AtomicFile> file;
};

class WritePieceJob final : public ReplacementJob {
 public:
  WritePieceJob(const Replacement& replacement, std::string_view data)
      : ReplacementJob(replacement, "write"), data_(data) {}

 private:
  int work() override { return write_all(file->fd(), data_.data(), data_.size()); }
  int results(lua_State*) override { return 0; }

  std::string data_;
};

// Once begun it is done to the end, cancelled or not; where it does not begin, its end is the temporary file's.
class CommitJob final : public ReplacementJob {
 public:
  explicit CommitJob(const Replacement& replacement) : ReplacementJob(replacement, "write") {}

 private:
  int work() override { return file->commit(false); }
  int results(lua_State*) override { return 0; }
};

// A write that was broken off may be under way: it goes on in a file without a name.
class DiscardJob final : public ReplacementJob {
 public:
  explicit DiscardJob(const Replacement& replacement) : ReplacementJob(replacement, "discard") {}

 private:
  int work() override {
    file->discard();
    // Here, where it may take its time, unless a write still needs it.
    file.reset();
    return 0;
  }
  int results(lua_State*) override { return 0; }
  bool must_run() const override { return true; }
};

Replacement* check_replacement(lua_State* L) {
  auto* replacement = static_cast<Replacement*>(luaL_testudata(L, 1, kMetatable));
  if (replacement == nullptr) lua::self_error(L, "replacement");
  return replacement;
}

Replacement* check_open(lua_State* L) {
  Replacement* replacement = check_replacement(L);
  if (replacement->file != nullptr) return replacement;
  lua_pushfstring(L, "file %s is closed", replacement->path.c_str());
  raise_closed(L, replacement->path.c_str());
}

// Waits for the job. The replacement is closed: only the job holds the file.
int run_last(lua_State* L, Replacement* replacement, kernel::Task* task, uv::PoolJob* job) {
  replacement->file.reset();
  job->start(kernel::kernel_of(L));
  return kernel::suspend(L, task, job);
}

int replacement_write(lua_State* L) {
  const Replacement* replacement = check_open(L);
  std::string_view data = lua::check_string(L, 2);
  return uv::run<WritePieceJob>(L, *replacement, data);
}

int replacement_commit(lua_State* L) {
  Replacement* replacement = check_open(L);
  kernel::Task* task = kernel::begin_suspend(L);
  return run_last(L, replacement, task, uv::make<CommitJob>(L, *replacement));
}

// Also __close.
int replacement_close(lua_State* L) {
  Replacement* replacement = check_replacement(L);
  if (replacement->file == nullptr) return 0;
  if (!uv::may_suspend(L)) {
    auto* job = uv::make<DiscardJob>(L, *replacement);
    replacement->file.reset();
    uv::run_detached(kernel::kernel_of(L), job);
    return 0;
  }
  kernel::Task* task = kernel::begin_suspend(L);
  return run_last(L, replacement, task, uv::make<DiscardJob>(L, *replacement));
}

int replacement_collected(lua_State* L) {
  const auto* replacement = static_cast<Replacement*>(lua_touserdata(L, 1));
  if (replacement->file != nullptr) {
    uv::run_detached(kernel::kernel_of(L), uv::make<DiscardJob>(L, *replacement));
  }
  return lua::destroy<Replacement>(L);
}

void fill_metatable(lua_State* L) {
  const luaL_Reg methods[] = {
      {"write", replacement_write}, {"commit", replacement_commit}, {"close", replacement_close}, {nullptr, nullptr}};
  const luaL_Reg meta[] = {{"__close", replacement_close}, {"__gc", replacement_collected}, {nullptr, nullptr}};
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
}

class BeginJob final : public uv::PoolJob {
 public:
  explicit BeginJob(const char* path) : PoolJob("write", path), replacement_{path, std::make_shared<AtomicFile>()} {}

 private:
  int work() override {
    int status = replacement_.file->begin(path(), AtomicFile::kKeepMode);
    return replacement_.file->special() ? 0 : status;
  }

  int results(lua_State* L) override {
    if (replacement_.file->special()) {
      lua_pushnil(L);
      return 1;
    }
    auto* made = new (lua_newuserdatauv(L, sizeof(Replacement), 0)) Replacement;
    lua::push_metatable(L, kMetatable, fill_metatable);
    lua_setmetatable(L, -2);
    *made = std::move(replacement_);
    return 1;
  }

  Replacement replacement_;
};

}  // namespace

int fs_replace(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  return uv::run<BeginJob>(L, path);
}

}  // namespace arun::modules
