// An operation that waits until a stream takes bytes. A module that has bytes of its own to send:
//
//   stream.send(head);
//   stream.send(body);
//   return write_drain(L, task, stream);                     // waits while much is queued
#pragma once

#include <string>

#include "kernel/operation.h"
#include "kernel/suspend.h"
#include "stream/stream.h"

namespace arun::stream {

class Writer : public kernel::Operation {
 public:
  // In the loop, or in the binding function: what was queued has been sent as far as possible, without Lua. True when
  // it is done; else it is called again when the wire takes more.
  virtual bool advance(Stream& stream) = 0;
  // On the waiting thread, when it is done, or when the output failed.
  virtual int results(lua_State* L, Stream& stream) = 0;
  virtual int failed(lua_State* L, Stream& stream) { stream.raise_output_error(L); }
  // The task gave up while it waited.
  virtual void abandoned(Stream&) {}

  int finish(lua_State* L) final;
  CancelResult cancel(kernel::Kernel& kernel) override;
  void describe(std::string* out) const override;
  void dispose() override { leave(); }

 protected:
  Writer() = default;
  ~Writer() = default;
  const Stream* stream() const { return stream_; }

 private:
  friend class Stream;
  Stream* leave();

  Stream* stream_ = nullptr;
};

// begin_suspend; raises kind "usage" as well when another task writes to the stream, and kind "closed" when its output
// was ended.
kernel::Task* begin_write(lua_State* L, Stream& stream);
// Suspends the task until the writer is done. When it is at once, it does so only now and then, to give way.
int write(lua_State* L, kernel::Task* task, Stream& stream, Writer* writer);

// Waits while more is queued than Stream::kHighWater. No results.
int write_drain(lua_State* L, kernel::Task* task, Stream& stream);

}  // namespace arun::stream
