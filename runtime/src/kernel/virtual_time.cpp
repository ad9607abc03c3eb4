#include "kernel/virtual_time.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace arun::kernel {
namespace {

std::string name_of(int fd, int (*ask)(int, sockaddr*, socklen_t*)) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (ask(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  return {reinterpret_cast<const char*>(&address), size};
}

int socket_option(int fd, int name) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : 0;
}

// What the handles that keep the loop alive wait for.
class Waits {
 public:
  void look_at(uv_handle_t* handle) {
    bool waits = uv_is_active(handle) != 0 && uv_has_ref(handle) != 0;
    if (handle->type != UV_POLL) {
      outside_ = outside_ || waits;
      return;
    }
    uv_os_fd_t fd = -1;
    if (uv_fileno(handle, &fd) != 0) return;
    if (socket_option(fd, SO_ACCEPTCONN) != 0) return;  // whoever is to connect has an end of his own
    End end{name_of(fd, getsockname), name_of(fd, getpeername), waits, false};
    ucred peer{};
    socklen_t size = sizeof peer;
    end.own_peer = socket_option(fd, SO_DOMAIN) == AF_UNIX &&
                   getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == getpid();
    ends_.push_back(std::move(end));
  }

  bool outside() const {
    return outside_ || std::any_of(ends_.begin(), ends_.end(),
                                   [&](const End& end) { return end.waits && !end.own_peer && !has_other_end(end); });
  }

 private:
  struct End {
    std::string local;
    std::string peer;
    bool waits;
    bool own_peer;
  };

  bool has_other_end(const End& end) const {
    return !end.peer.empty() && std::any_of(ends_.begin(), ends_.end(), [&](const End& other) {
      return other.local == end.peer && other.peer == end.local;
    });
  }

  std::vector<End> ends_;
  bool outside_ = false;
};

bool waits_for_outside(Kernel& kernel) {
  if (kernel.outside_waits > 0) return true;
  Waits waits;
  auto look = [](uv_handle_t* handle, void* to) { static_cast<Waits*>(to)->look_at(handle); };
  uv_walk(&kernel.loop, look, &waits);
  return waits.outside();
}

}  // namespace

void set_virtual_time(Kernel& kernel, bool on) {
  kernel.virtual_time = on;
  on ? kernel.timers.stop_clock() : kernel.timers.start_clock();
}

bool virtual_turn(Kernel& kernel) {
  Timers& timers = kernel.timers;
  // What is under way inside this process arrives in a turn; the second one is for what the first one set going.
  for (int i = 0; i < 2 && !kernel.scheduler.has_ready(); ++i) uv_run(&kernel.loop, UV_RUN_NOWAIT);
  if (kernel.scheduler.has_ready()) return true;
  bool pool_works = kernel.loop.active_reqs.count > 0;  // on jobs that end by themselves
  if (!pool_works && waits_for_outside(kernel)) {
    timers.start_clock();
    timers.arm_loop();
    uv_run(&kernel.loop, UV_RUN_ONCE);
    timers.stop_clock();
  } else if (!pool_works && !timers.empty()) {
    timers.jump();
  } else if (uv_loop_alive(&kernel.loop)) {
    uv_run(&kernel.loop, UV_RUN_ONCE);
  } else {
    return false;
  }
  return true;
}

}  // namespace arun::kernel
