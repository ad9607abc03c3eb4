#pragma once

#include <lua.hpp>

namespace arun::modules {

// trial([seed [, cancel_at]]): one run of one test, from now until it is finished; there is one at a time. To it belong
// the tasks that are made meanwhile. With a seed the ready tasks run in an order of its own instead of first come,
// first served. With `cancel_at` the watched task is cancelled when the run's tasks were suspended so many times. What
// the runtime would report (errors and coroutine objects that nobody awaited) is kept. Methods:
//   watch(task, seconds)  suspends until the task ended ("ended"), nothing can wake any task ("deadlock"), or so much
//                         real time has passed ("late"); a task of the run that goes on for so long without waiting is
//                         cancelled
//   suspensions()         how often tasks of the run were suspended
//   tasks()               those that have not ended
//   describe()            the same as text: names, what they wait for, stacks; "" when there are none; before that,
//   where
//                         a task was that went on for too long
//   cancel()              asks them to end
//   unawaited()           coroutine objects made meanwhile that nobody has awaited yet
//   finish()              the end; what was reported, or nil
int new_trial(lua_State* L);

}  // namespace arun::modules
