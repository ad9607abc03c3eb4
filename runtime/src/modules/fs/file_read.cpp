// f:read and f:lines.
//
// A read that the read-ahead buffer can serve returns at once, without a turn of the scheduler: lines and small chunks
// would otherwise spend most of their time there. At the latest every File::kMostFill bytes a read suspends.
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>

#include "lua/args.h"
#include "modules/fs/file_box.h"

namespace arun::modules {
namespace {

class ReadOperation final : public FileOperation {
 public:
  ReadOperation(std::shared_ptr<File> file, const ReadPlan& plan)
      : FileOperation(std::move(file), "read", Lane::read), plan_(plan) {}

 private:
  // Reads what the page cache holds; a disk is waited for in the pool.
  bool try_now() override {
    if (plan_.match(file().buffer, false)) return true;
    if (!file().can_read_now) return false;
    std::size_t missing = plan_.missing(file().buffer);
    if (missing > File::kMostFill) return false;
    reserve(missing);
    std::size_t room = std::min(file().buffer.room_size(), File::kMostFill);
    iovec piece{file().buffer.room(), room};
    ssize_t got = preadv2(file().fd(), &piece, 1, -1, RWF_NOWAIT);
    if (got < 0) {
      if (errno == EOPNOTSUPP || errno == ENOSYS) file().can_read_now = false;
      return false;
    }
    file().buffer.added(static_cast<std::size_t>(got));
    grow_fill();
    return plan_.match(file().buffer, got == 0);
  }

  int work() override {
    bool at_end = false;
    while (!plan_.match(file().buffer, at_end)) {
      if (abandoned()) return UV_ECANCELED;
      reserve(bounded(plan_.missing(file().buffer)));
      ssize_t got = ::read(file().fd(), file().buffer.room(), file().buffer.room_size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -errno;
      file().buffer.added(static_cast<std::size_t>(got));
      at_end = got == 0;
      grow_fill();
    }
    return 0;
  }

  Progress attempt() override {
    // Not for ever, however fast the other side is: readiness calls again.
    constexpr int kMostRounds = 16;
    bool at_end = false;
    for (int round = 0; !plan_.match(file().buffer, at_end); ++round) {
      if (round == kMostRounds) return Progress::readable;
      reserve(0);
      ssize_t got = ::read(file().fd(), file().buffer.room(), file().buffer.room_size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0 && errno == EAGAIN) return Progress::readable;
      if (got < 0) {
        set_status(-errno);
        return Progress::done;
      }
      if (got == 0 && file().is_fifo()) {
        short state = state_of_fifo();
        if (state == 0) return Progress::readable;
        if ((state & POLLIN) != 0) continue;
      }
      file().buffer.added(static_cast<std::size_t>(got));
      at_end = got == 0;
    }
    return Progress::done;
  }

  int results(lua_State* L) override {
    int count = plan_.push(L, file().buffer);
    file().buffer.consume(plan_.consumed());
    return count;
  }

  // A FIFO that nobody opened for writing yet reads as ended; what tells the two apart is that it did not hang up.
  short state_of_fifo() const {
    pollfd state{file().fd(), POLLIN, 0};
    return ::poll(&state, 1, 0) > 0 ? state.revents : short{0};
  }

  void reserve(std::size_t missing) { file().buffer.reserve(std::max(missing, file().next_fill)); }
  void grow_fill() { file().next_fill = std::min(2 * file().next_fill, File::kMostFill); }

  // Of a large request, what the file can have: its size plus one byte, so that the end is seen by the same read.
  std::size_t bounded(std::size_t missing) const {
    if (missing <= File::kMostFill) return missing;
    struct stat info;
    off_t position = lseek(file().fd(), 0, SEEK_CUR);
    if (position < 0 || fstat(file().fd(), &info) != 0 || info.st_size <= position) return 0;
    return std::min(missing, static_cast<std::size_t>(info.st_size - position) + 1);
  }

  ReadPlan plan_;
};

// Reads by the formats in the arguments from `first`; the file is the userdata at `box`.
int read(lua_State* L, int box, int first) {
  const std::shared_ptr<File>& file = check_file(L, box);
  ReadPlan plan = ReadPlan::check(L, first);
  if (file->lane_free(FileOperation::Lane::read) && file->buffer.size() > 0 && plan.match(file->buffer, false)) {
    int count = plan.push(L, file->buffer);
    file->buffer.consume(plan.consumed());
    return count;
  }
  return submit<ReadOperation>(L, file, plan);
}

// Upvalues: the file, the formats.
int next_line(lua_State* L) {
  lua_settop(L, 0);
  int formats = static_cast<int>(lua_tointeger(L, lua_upvalueindex(2)));
  luaL_checkstack(L, formats + 1, nullptr);
  lua_pushvalue(L, lua_upvalueindex(1));
  for (int i = 0; i < formats; ++i) lua_pushvalue(L, lua_upvalueindex(3 + i));
  return read(L, 1, 2);
}

}  // namespace

int file_read(lua_State* L) {
  return read(L, 1, 2);
}

int file_lines(lua_State* L) {
  check_file(L, 1);
  ReadPlan::check(L, 2);
  int formats = lua_gettop(L) - 1;
  lua_pushinteger(L, formats);
  lua_insert(L, 2);
  lua_pushcclosure(L, next_line, formats + 2);
  return 1;
}

}  // namespace arun::modules
