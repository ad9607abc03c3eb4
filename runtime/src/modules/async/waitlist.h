#pragma once

#include <lua.hpp>

#include "kernel/tag.h"

namespace arun::modules {

// waitlist(): tasks that wait for other tasks to wake them, in the order they came. What locks, queues, events and
// futures are made of. Methods:
//   wait(what [, value]) suspends until woken and returns what the waker passed; `what` tells a report what for
//   wake_one(...)   wakes the first waiter with these values; false when there is none
//   wake_all(...)   wakes all that wait now with these values, and returns how many
//   size()          how many wait
int new_waitlist(lua_State* L);

// A place in the ring of those who wait.
struct WaitLink {
  WaitLink* previous = nullptr;
  WaitLink* next = nullptr;
};

// In its userdata. (Told by its tag, not by its metatable: it is on the way of every lock.)
struct WaitList {
  bool empty() const { return ring.next == &ring; }

  kernel::Tag tag = kernel::Tag::waitlist;
  WaitLink ring{&ring, &ring};
};

// The waitlist at this index; raises when it is none.
WaitList* check_waitlist(lua_State* L, int index);

// Who waits: a task, or a watch that looks on.
class ListWaiter : public WaitLink {
 public:
  // The waker passes the `count` values on L above its first argument. May raise, having done nothing.
  virtual void wake(lua_State* L, int count) = 0;

  void enter(WaitList* list);
  void leave();

 protected:
  ListWaiter() = default;
  ~ListWaiter() = default;
};

}  // namespace arun::modules
