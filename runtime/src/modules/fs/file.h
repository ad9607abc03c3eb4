// An open file: its descriptor, the data read ahead, and the operations that wait for their turn on it.
#pragma once

#include <memory>
#include <string>

#include "kernel/kernel.h"
#include "kernel/open_handles.h"
#include "modules/fs/descriptor.h"
#include "modules/fs/read_plan.h"
#include "uv/handle.h"
#include "uv/pool_job.h"

namespace arun::modules {

class File;

// One operation on a file. On regular files it is work for the pool; on what can make a read or write wait (a FIFO, a
// terminal) it is attempted in the loop whenever the descriptor is ready, so that it holds no pool thread.
class FileOperation : public uv::PoolJob {
 public:
  enum class Progress : std::uint8_t { done, readable, writable };  // or what it waits for
  enum class Lane : std::uint8_t { read, write, other };

  int finish(lua_State* L) final;
  CancelResult cancel(kernel::Kernel& kernel) final;
  void dispose() final;

 protected:
  FileOperation(std::shared_ptr<File> file, const char* operation, Lane lane);

  // Does what is possible at once, of an operation that needs no pool thread; sets the status when done.
  virtual Progress attempt() { return Progress::done; }
  // In the loop, before the pool is asked: true when the operation could be done without waiting for a disk.
  virtual bool try_now() { return false; }

  File& file() const { return *file_; }

 private:
  friend class File;
  enum class Place : std::uint8_t { outside, queued, current };

  void worked(kernel::Kernel& kernel) final;

  std::shared_ptr<File> file_;
  FileOperation* next_ = nullptr;
  Lane lane_;
  Place place_ = Place::outside;
  Progress waits_for_ = Progress::done;
  bool file_closed_ = false;
};

// What a close of the handle waits for.
class CloseOperation;

class File final : public kernel::OpenHandle {
 public:
  // `waits`: reads and writes may wait for somebody else (FIFO, terminal, socket): they go by readiness.
  File(kernel::Kernel& kernel, OwnedFd fd, std::string path, bool waits, bool fifo);
  ~File();
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  void describe(std::string* out) const override;

  int fd() const { return fd_.get(); }
  const char* path() const { return path_.c_str(); }
  bool closed() const { return closed_; }
  bool by_readiness() const { return poll_.is_open(); }
  bool is_fifo() const { return fifo_; }
  // The path ends with the handle.
  void make_temporary() { temporary_ = true; }
  void set_writable(bool writable) { writable_ = writable; }
  bool writable() const { return writable_; }

  // Nothing is under way or waiting: the buffer and the position are the loop's to use.
  bool idle() const { return lane_idle(0) && lane_idle(1) && lane_idle(2); }
  bool lane_free(FileOperation::Lane lane) const { return lane_idle(lane_index(lane)); }

  // Begins the operation, or puts it behind those that came first; true when it is done already.
  bool submit(FileOperation* operation);

  // No operation from now on: those that wait end with kind "closed", one in the pool ends by itself. The descriptor
  // is closed when the last has ended: by `closer` if there is one, which is started then.
  void close(CloseOperation* closer);
  // The closer's task gave up: the file is closed all the same.
  void forget_closer() { closer_ = nullptr; }

  // Read-ahead data, and whether the system can read without waiting for a disk. The operation whose turn it is (or
  // the loop, when idle) may touch them.
  ReadBuffer buffer;
  bool can_read_now = true;
  std::size_t next_fill = kFirstFill;

  // How much is read ahead: doubles with each fill, as far as the second.
  static constexpr std::size_t kFirstFill = 64 * 1024;
  static constexpr std::size_t kMostFill = 128 * 1024;

  // Gives back what was read ahead, so that the descriptor stands where the program thinks it does. A status.
  int drop_buffer();
  // Moves the position; gives the new one or a status.
  std::int64_t seek(int whence, std::int64_t offset);
  // Removes a temporary file's path and closes the descriptor. A status.
  int end();

 private:
  friend class FileOperation;

  struct LaneState {
    FileOperation* current = nullptr;
    FileOperation* first = nullptr;
    FileOperation* last = nullptr;
  };

  int lane_index(FileOperation::Lane lane) const { return by_readiness() ? static_cast<int>(lane) : 0; }
  bool lane_idle(int index) const { return lanes_[index].current == nullptr && lanes_[index].first == nullptr; }
  LaneState& lane_of(const FileOperation* operation) { return lanes_[lane_index(operation->lane_)]; }

  bool begin(FileOperation* operation);
  bool advance(FileOperation* operation);
  void leave(FileOperation* operation);
  void withdraw(FileOperation* operation);
  void fail_closed(FileOperation* operation);
  void close_if_idle();
  void update_poll();
  void ready(int status);

  kernel::Kernel& kernel_;
  OwnedFd fd_;
  std::string path_;
  bool fifo_;
  bool closed_ = false;
  bool ending_ = false;  // the descriptor is being closed, or is
  bool temporary_ = false;
  bool writable_ = false;
  LaneState lanes_[3];  // only the first is used by files that do not go by readiness: one thing at a time
  CloseOperation* closer_ = nullptr;
  uv::Handle<uv_poll_t> poll_;
};

class CloseOperation final : public uv::PoolJob {
 public:
  explicit CloseOperation(std::shared_ptr<File> file);

  CancelResult cancel(kernel::Kernel& kernel) override;

 private:
  int work() override;
  int results(lua_State*) override { return 0; }
  bool must_run() const override { return true; }

  std::shared_ptr<File> file_;
};

}  // namespace arun::modules
