// f:write
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "lua/args.h"
#include "modules/fs/file_box.h"

namespace arun::modules {
namespace {

// Writing to a pipe that nobody reads raises SIGPIPE. What the process does about that signal is its owner's to
// decide, so it is held back in this thread for the length of the call.
ssize_t write_without_sigpipe(int fd, const char* data, std::size_t size) {
  sigset_t pipe_signal;
  sigset_t pending;
  sigset_t before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&pending);
  bool was_pending = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  ssize_t written = ::write(fd, data, size);
  int error = errno;
  if (written < 0 && error == EPIPE && !was_pending) {
    constexpr timespec kNoWait{};
    while (sigtimedwait(&pipe_signal, nullptr, &kNoWait) < 0 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = error;
  return written;
}

class WriteOperation final : public FileOperation {
 public:
  // Writes the arguments from 2 to `last`, strings of `total` bytes.
  WriteOperation(std::shared_ptr<File> file, lua_State* L, int last, std::size_t total)
      : FileOperation(std::move(file), "write", Lane::write) {
    data_.reserve(total);
    for (int arg = 2; arg <= last; ++arg) {
      std::size_t size = 0;
      const char* piece = lua_tolstring(L, arg, &size);
      data_.append(piece, size);
    }
  }

 private:
  // Once begun it is done to the end, cancelled or not: the pieces of one write are not torn apart.
  int work() override {
    if (int status = file().drop_buffer(); status < 0) return status;
    return write_all(file().fd(), data_.data(), data_.size());
  }

  Progress attempt() override {
    while (written_ < data_.size()) {
      ssize_t count = write_without_sigpipe(file().fd(), data_.data() + written_, data_.size() - written_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return Progress::writable;
      if (count < 0) {
        set_status(-errno);
        return Progress::done;
      }
      written_ += static_cast<std::size_t>(count);
    }
    return Progress::done;
  }

  int results(lua_State* L) override {
    lua_pushvalue(L, 1);
    return 1;
  }

  std::string data_;
  std::size_t written_ = 0;
};

}  // namespace

int file_write(lua_State* L) {
  const std::shared_ptr<File>& file = check_file(L, 1);
  int top = lua_gettop(L);
  std::size_t total = 0;
  for (int arg = 2; arg <= top; ++arg) total += lua::check_string(L, arg).size();
  if (total == 0) {
    lua_settop(L, 1);
    return 1;
  }
  return submit<WriteOperation>(L, file, L, top, total);
}

}  // namespace arun::modules
