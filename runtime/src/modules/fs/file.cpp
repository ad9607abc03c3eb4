#include "modules/fs/file.h"

#include <unistd.h>

#include <new>
#include <utility>

#include "modules/fs/closed.h"

namespace arun::modules {

using kernel::Kernel;

FileOperation::FileOperation(std::shared_ptr<File> file, const char* operation, Lane lane)
    : PoolJob(operation, file->path()), file_(std::move(file)), lane_(lane) {}

int FileOperation::finish(lua_State* L) {
  if (file_closed_) {
    lua_pushfstring(L, "%s %s: the file was closed", operation(), path());
    raise_closed(L, path());
  }
  if (status() < 0) file_->leave(this);
  int count = PoolJob::finish(L);
  file_->leave(this);
  return count;
}

kernel::Operation::CancelResult FileOperation::cancel(Kernel& kernel) {
  // What the pool works at keeps its place until the pool is through with it.
  if (!in_pool()) file_->withdraw(this);
  return PoolJob::cancel(kernel);
}

void FileOperation::worked(Kernel& kernel) {
  if (task == nullptr) return file_->leave(this);
  kernel.scheduler.complete(this);
}

void FileOperation::dispose() {
  if (!in_pool()) file_->leave(this);
  PoolJob::dispose();
}

File::File(Kernel& kernel, OwnedFd fd, std::string path, bool waits, bool fifo)
    : kernel_(kernel), fd_(std::move(fd)), path_(std::move(path)), fifo_(fifo) {
  if (!waits) return;
  // Fails for devices that are always ready (/dev/null): those are read and written in the pool.
  poll_.open(this, [&](uv_poll_t* poll) { return uv_poll_init(&kernel.loop, poll, fd_.get()); });
}

File::~File() {
  if (fd_.is_open()) end();
}

void File::describe(std::string* out) const {
  *out = temporary_ ? "temporary file " : "file ";
  *out += path_;
}

bool File::submit(FileOperation* operation) {
  LaneState& lane = lane_of(operation);
  if (lane.current == nullptr) return begin(operation);
  operation->place_ = FileOperation::Place::queued;
  (lane.last != nullptr ? lane.last->next_ : lane.first) = operation;
  lane.last = operation;
  return false;
}

bool File::begin(FileOperation* operation) {
  lane_of(operation).current = operation;
  operation->place_ = FileOperation::Place::current;
  if (by_readiness() && operation->lane_ != FileOperation::Lane::other) return advance(operation);
  try {
    if (operation->try_now()) return true;
  } catch (const std::bad_alloc&) {  // the pool says so
  }
  operation->start(kernel_);
  return false;
}

bool File::advance(FileOperation* operation) {
  try {
    operation->waits_for_ = operation->attempt();
  } catch (const std::bad_alloc&) {
    operation->set_status(UV_ENOMEM);
    operation->waits_for_ = FileOperation::Progress::done;
  }
  update_poll();
  return operation->waits_for_ == FileOperation::Progress::done;
}

void File::leave(FileOperation* operation) {
  if (operation->place_ != FileOperation::Place::current) return;
  operation->place_ = FileOperation::Place::outside;
  LaneState& lane = lane_of(operation);
  lane.current = nullptr;
  if (operation->waits_for_ != FileOperation::Progress::done) {
    operation->waits_for_ = FileOperation::Progress::done;
    update_poll();
  }
  if (FileOperation* next = lane.first) {
    lane.first = std::exchange(next->next_, nullptr);
    if (lane.first == nullptr) lane.last = nullptr;
    if (begin(next)) kernel_.scheduler.complete(next);
  }
  close_if_idle();
}

void File::withdraw(FileOperation* operation) {
  if (operation->place_ != FileOperation::Place::queued) return leave(operation);
  operation->place_ = FileOperation::Place::outside;
  LaneState& lane = lane_of(operation);
  FileOperation* previous = nullptr;
  FileOperation** link = &lane.first;
  while (*link != operation) {
    previous = *link;
    link = &previous->next_;
  }
  *link = std::exchange(operation->next_, nullptr);
  if (lane.last == operation) lane.last = previous;
}

void File::fail_closed(FileOperation* operation) {
  operation->file_closed_ = true;
  withdraw(operation);
  kernel_.scheduler.complete(operation);
}

void File::close(CloseOperation* closer) {
  closed_ = true;
  note_closed();
  closer_ = closer;
  for (LaneState& lane : lanes_) {
    while (lane.first != nullptr) fail_closed(lane.first);
    FileOperation* current = lane.current;
    if (current != nullptr && current->waits_for_ != FileOperation::Progress::done) fail_closed(current);
  }
  close_if_idle();
}

void File::close_if_idle() {
  if (!closed_ || ending_ || !idle()) return;
  ending_ = true;
  poll_.close();
  if (CloseOperation* closer = std::exchange(closer_, nullptr)) {
    closer->start(kernel_);
  } else {
    end();
  }
}

int File::end() {
  poll_.close();
  int removed = temporary_ && unlink(path_.c_str()) != 0 && errno != ENOENT ? -errno : 0;
  int status = fd_.close();
  return status < 0 ? status : removed;
}

void File::update_poll() {
  if (!by_readiness()) return;
  int events = 0;
  for (const LaneState& lane : lanes_) {
    if (lane.current == nullptr) continue;
    if (lane.current->waits_for_ == FileOperation::Progress::readable) events |= UV_READABLE;
    if (lane.current->waits_for_ == FileOperation::Progress::writable) events |= UV_WRITABLE;
  }
  if (events == 0) {
    uv_poll_stop(poll_.get());
  } else {
    uv_poll_start(poll_.get(), events,
                  [](uv_poll_t* poll, int status, int) { static_cast<File*>(poll->data)->ready(status); });
  }
}

// libuv says EBADF for every error condition of the descriptor: the attempt finds out which (EPIPE, ...).
void File::ready(int status) {
  for (LaneState& lane : lanes_) {
    FileOperation* operation = lane.current;
    if (operation == nullptr || operation->waits_for_ == FileOperation::Progress::done) continue;
    if (advance(operation)) {
      kernel_.scheduler.complete(operation);
    } else if (status < 0) {
      operation->set_status(status);
      operation->waits_for_ = FileOperation::Progress::done;
      update_poll();
      kernel_.scheduler.complete(operation);
    }
  }
}

int File::drop_buffer() {
  std::size_t unread = buffer.size();
  if (unread > 0 && lseek(fd(), -static_cast<off_t>(unread), SEEK_CUR) < 0) return -errno;
  buffer.clear();
  return 0;
}

std::int64_t File::seek(int whence, std::int64_t offset) {
  auto ahead = static_cast<std::int64_t>(buffer.size());
  if (whence == SEEK_CUR && __builtin_sub_overflow(offset, ahead, &offset)) return -EINVAL;
  off_t position = lseek(fd(), offset, whence);
  if (position < 0) return -errno;
  buffer.clear();
  return position;
}

CloseOperation::CloseOperation(std::shared_ptr<File> file) : PoolJob("close", file->path()), file_(std::move(file)) {}

kernel::Operation::CancelResult CloseOperation::cancel(Kernel& kernel) {
  if (!in_pool()) file_->forget_closer();
  return PoolJob::cancel(kernel);
}

int CloseOperation::work() {
  return file_->end();
}

}  // namespace arun::modules
