#include "modules/fs/inotify.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "kernel/kernel.h"
#include "kernel/open_handles.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/fs/closed.h"
#include "modules/fs/descriptor.h"
#include "uv/error.h"
#include "uv/handle.h"
#include "uv/pool_job.h"

namespace arun::modules {
namespace {

using kernel::Kernel;

constexpr const char* kMetatable = "arun.Inotify";
constexpr std::uint32_t kEvents =
    IN_CREATE | IN_MODIFY | IN_ATTRIB | IN_DELETE | IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF;

class ReadEvents;

struct Inotify final : kernel::OpenHandle {
  Inotify(Kernel* of, const char* watched) : kernel(of), path(watched) {}

  Kernel* kernel;
  std::string path;
  OwnedFd fd;
  uv::Handle<uv_poll_t> poll;
  ReadEvents* reader = nullptr;
  bool closed = false;

  void describe(std::string* out) const override { *out = "watch of " + path; }
  void close();
};

using Box = std::shared_ptr<Inotify>;

[[noreturn]] int raise_watch_closed(lua_State* L, const Inotify& inotify) {
  lua_pushfstring(L, "watch %s: the watch was closed", inotify.path.c_str());
  raise_closed(L, inotify.path.c_str());
}

class ReadEvents final : public kernel::Operation, public kernel::Timer {
 public:
  explicit ReadEvents(Box inotify) : inotify_(std::move(inotify)) {}

  // True when there is something to tell.
  bool attempt() {
    do {
      size_ = ::read(inotify_->fd.get(), events_, sizeof events_);
    } while (size_ < 0 && errno == EINTR);
    status_ = size_ < 0 ? -errno : 0;
    return status_ != -EAGAIN;
  }

  void wait() {
    inotify_->reader = this;
    uv_poll_start(inotify_->poll.get(), UV_READABLE, [](uv_poll_t* poll, int, int) {
      auto* self = static_cast<Inotify*>(poll->data)->reader;
      if (self->attempt()) self->end();
    });
  }

  // The result is there, or there will be none.
  void end() {
    leave();
    kernel::kernel_of(task->thread).scheduler.complete(this);
  }

  void expired() override { end(); }

  int finish(lua_State* L) override {
    if (inotify_->closed) return raise_watch_closed(L, *inotify_);
    if (status_ == -EAGAIN) return 0;  // the time is over
    if (status_ < 0) return uv::raise_error(L, status_, "watch", inotify_->path.c_str());
    lua_newtable(L);
    lua_Integer index = 0;
    for (const char* at = events_; at < events_ + size_;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof event);
      push_event(L, event, at + sizeof event);
      lua_rawseti(L, -2, ++index);
      at += sizeof event + event.len;
    }
    return 1;
  }

  CancelResult cancel(Kernel&) override {
    leave();
    task = nullptr;
    return CancelResult::detached;
  }

  void describe(std::string* out) const override { *out = "a change of " + inotify_->path; }
  void dispose() override { delete this; }

 private:
  void leave() {
    if (inotify_->reader == this) {
      inotify_->reader = nullptr;
      if (inotify_->poll.is_open()) uv_poll_stop(inotify_->poll.get());
    }
    if (armed()) inotify_->kernel->timers.remove(this);
  }

  static const char* name_of(std::uint32_t mask) {
    struct Name {
      std::uint32_t bit;
      const char* name;
    };
    static constexpr Name kNames[] = {
        {IN_Q_OVERFLOW, "overflow"},   {IN_IGNORED, "ignored"},     {IN_CREATE, "create"},
        {IN_MODIFY, "change"},         {IN_ATTRIB, "change"},       {IN_DELETE, "remove"},
        {IN_MOVED_FROM, "moved_from"}, {IN_MOVED_TO, "moved_to"},   {IN_DELETE_SELF, "remove_self"},
        {IN_MOVE_SELF, "move_self"},   {IN_UNMOUNT, "remove_self"},
    };
    for (const Name& name : kNames) {
      if ((mask & name.bit) != 0) return name.name;
    }
    return "unknown";
  }

  static void push_event(lua_State* L, const inotify_event& event, const char* name) {
    lua_createtable(L, 0, 5);
    lua_pushstring(L, name_of(event.mask));
    lua_setfield(L, -2, "what");
    lua_pushinteger(L, event.wd);
    lua_setfield(L, -2, "watch");
    if (event.cookie != 0) {
      lua_pushinteger(L, event.cookie);
      lua_setfield(L, -2, "cookie");
    }
    if (event.len > 0) {
      lua_pushstring(L, name);  // padded with NULs
      lua_setfield(L, -2, "name");
    }
    lua_pushboolean(L, (event.mask & IN_ISDIR) != 0);
    lua_setfield(L, -2, "directory");
  }

  static constexpr std::size_t kBuffer = 16 * 1024;

  Box inotify_;
  int status_ = -EAGAIN;
  ssize_t size_ = 0;
  alignas(inotify_event) char events_[kBuffer];
};

void Inotify::close() {
  if (closed) return;
  closed = true;
  note_closed();
  if (reader != nullptr) reader->end();
  poll.close();
  fd.close();
}

// In the pool, because it looks the path up. Keeps the instance open until it is through.
class AddJob final : public uv::PoolJob {
 public:
  AddJob(const char* path, Box inotify, std::uint32_t flags)
      : PoolJob("watch", path), inotify_(std::move(inotify)), fd_(dup_of(inotify_->fd.get())), flags_(flags) {}

 private:
  // Closing the handle meanwhile must not make the number another file's.
  static OwnedFd dup_of(int fd) { return OwnedFd(fcntl(fd, F_DUPFD_CLOEXEC, 0)); }

  int work() override {
    if (!fd_.is_open()) return -EMFILE;
    watch_ = inotify_add_watch(fd_.get(), path(), kEvents | IN_EXCL_UNLINK | flags_);
    if (watch_ < 0) return -errno;
    fd_.close();
    return 0;
  }

  int results(lua_State* L) override {
    lua_pushinteger(L, watch_);
    return 1;
  }

  Box inotify_;
  OwnedFd fd_;
  std::uint32_t flags_;
  int watch_ = -1;
};

Box& check_any(lua_State* L, int arg) {
  auto* box = static_cast<Box*>(luaL_testudata(L, arg, kMetatable));
  if (box == nullptr) lua::type_error(L, arg, "inotify");
  return *box;
}

Box& check_open(lua_State* L, int arg) {
  Box& box = check_any(L, arg);
  if (box->closed) raise_watch_closed(L, *box);
  return box;
}

int inotify_add(lua_State* L) {
  const Box& box = check_open(L, 1);
  const char* path = lua::check_path(L, 2);
  std::uint32_t flags = lua_toboolean(L, 3) != 0 ? IN_ONLYDIR | IN_DONT_FOLLOW : 0;
  return uv::run<AddJob>(L, path, box, flags);
}

int inotify_remove(lua_State* L) {
  const Box& box = check_open(L, 1);
  inotify_rm_watch(box->fd.get(), static_cast<int>(lua::check_integer(L, 2)));  // may be gone already
  return 0;
}

int inotify_read(lua_State* L) {
  const Box& box = check_open(L, 1);
  bool limited = !lua_isnoneornil(L, 2);
  kernel::Nanoseconds limit = limited ? lua::check_seconds(L, 2) : 0;
  if (box->reader != nullptr) return lua::raise_usage(L, "another task waits for this watch already");
  kernel::Task* task = kernel::begin_suspend(L);
  auto* operation = new ReadEvents(box);
  if (operation->attempt()) return kernel::suspend_completed(L, task, operation);
  operation->wait();
  if (limited) box->kernel->timers.add(operation, box->kernel->timers.now() + limit);
  return kernel::suspend(L, task, operation);
}

int inotify_close(lua_State* L) {
  check_any(L, 1)->close();
  return 0;
}

int inotify_collected(lua_State* L) {
  auto* box = static_cast<Box*>(lua_touserdata(L, 1));
  if (*box != nullptr) (*box)->close();
  return lua::destroy<Box>(L);
}

void fill_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"add", inotify_add},
                              {"remove", inotify_remove},
                              {"read", inotify_read},
                              {"close", inotify_close},
                              {nullptr, nullptr}};
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, inotify_collected);
  lua_setfield(L, -2, "__gc");
}

}  // namespace

int fs_inotify(lua_State* L) {
  const char* path = lua::check_path(L, 1);
  auto* box = new (lua_newuserdatauv(L, sizeof(Box), 0)) Box;
  lua::push_metatable(L, kMetatable, fill_metatable);
  lua_setmetatable(L, -2);
  Kernel& kernel = kernel::kernel_of(L);
  int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return uv::raise_error(L, -errno, "watch", path);
  *box = std::make_shared<Inotify>(&kernel, path);
  Inotify& inotify = **box;
  inotify.fd = OwnedFd(fd);
  int status = inotify.poll.open(&inotify, [&](uv_poll_t* poll) { return uv_poll_init(&kernel.loop, poll, fd); });
  if (status < 0) return uv::raise_error(L, status, "watch", path);
  inotify.note_open(L);
  return 1;
}

}  // namespace arun::modules
