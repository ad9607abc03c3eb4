#pragma once

#include <lua.hpp>

namespace arun::modules {

// waitlist(): tasks that wait for other tasks to wake them, in the order they came. What locks, queues, events and
// futures are made of. Methods:
//   wait(what [, value]) suspends until woken and returns what the waker passed; `what` tells a report what for
//   wake_one(...)   wakes the first waiter with these values; false when there is none
//   wake_all(...)   wakes all that wait now with these values, and returns how many
//   size()          how many wait
int new_waitlist(lua_State* L);

}  // namespace arun::modules
