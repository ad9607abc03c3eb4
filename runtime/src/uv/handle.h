// A libuv handle with the one close handshake.
#pragma once

#include <uv.h>

#include <utility>

namespace arun::uv {

// Owns a libuv handle, which lives on the heap because libuv lets go of it only some time after uv_close. The owner may
// be a userdata: closing twice is harmless, and after the first time no callback reaches the owner.
template <class Raw>
class Handle {
 public:
  Handle() = default;
  ~Handle() { close(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // Calls init(Raw*), a uv_*_init that registers nothing when it fails; gives its status.
  template <class Init>
  int open(void* owner, Init init) {
    auto* raw = new Raw;
    int status = init(raw);
    if (status < 0) {
      delete raw;
      return status;
    }
    raw->data = owner;
    raw_ = raw;
    return 0;
  }

  Raw* get() const { return raw_; }
  bool is_open() const { return raw_ != nullptr; }

  void close() {
    if (raw_ == nullptr) return;
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(raw_, nullptr)),
             [](uv_handle_t* handle) { delete reinterpret_cast<Raw*>(handle); });
  }

 private:
  Raw* raw_ = nullptr;
};

}  // namespace arun::uv
