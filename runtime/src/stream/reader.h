// An operation that waits for bytes of a stream:
//
//   int read_head(lua_State* L) {
//     Stream& stream = check_open(L, 1);                     // stream_box.h; argument 1 keeps the stream alive
//     kernel::Task* task = begin_read(L, stream);
//     return read(L, task, stream, task->emplace<HeadReader>(...));
//   }
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "kernel/operation.h"
#include "kernel/suspend.h"
#include "stream/stream.h"

namespace arun::stream {

class Reader : public kernel::Operation {
 public:
  // In the loop, or in the binding function: what has come and nobody took, from the first call on, without Lua. True
  // when it is satisfied, which it must be when the input ended. May consume; what it leaves is there for results().
  virtual bool offer(Stream& stream, std::string_view bytes, bool ended) = 0;
  // How many bytes beyond those offered it needs, as far as known.
  virtual std::size_t wanted() const { return 0; }
  // On the waiting thread, when it is satisfied: consumes, pushes the results or raises.
  virtual int results(lua_State* L, Stream& stream) = 0;

  int finish(lua_State* L) final;
  CancelResult cancel(kernel::Kernel& kernel) override;
  void describe(std::string* out) const override;
  // One that lives on the heap deletes itself as well.
  void dispose() override { leave(); }

 protected:
  Reader() = default;
  ~Reader() = default;

 private:
  friend class Stream;
  void leave();

  Stream* stream_ = nullptr;
};

// begin_suspend; raises kind "usage" as well when another task reads from the stream.
kernel::Task* begin_read(lua_State* L, Stream& stream);
// Suspends the task until the reader is satisfied. When it is at once, it does so only now and then, to give way.
int read(lua_State* L, kernel::Task* task, Stream& stream, Reader* reader);

// Waits until the stream's filter is open; raises what it failed with.
int wait_until_open(lua_State* L, kernel::Task* task, Stream& stream);

}  // namespace arun::stream
