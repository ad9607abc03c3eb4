#pragma once

#include <lua.hpp>

namespace arun::modules {

// trial([seed [, cancel_at]]): one run of one test, from now until it is finished, maybe inside another. To it belong
// the tasks that are made meanwhile. With a seed the ready tasks run in an order of its own instead of first come,
// first served. With `cancel_at` the watched task is cancelled when the run's tasks were suspended so many times while
// that was counted. What the runtime would report (errors and coroutine objects that nobody awaited) is kept. Methods:
//   watch(task, seconds)  suspends until the task ended ("ended"), nothing can wake any task ("deadlock"), or so much
//                         real time has passed ("late"). A task that computes and never waits is cancelled then
//   count(on)             from here on suspensions are counted, or no longer
//   suspensions()         how often tasks of the run were suspended meanwhile
//   cancelled_at()        the line where the watched task waited when `cancel_at` came; "" when it did not
//   failure(err)          of an error that a message handler was given: what a report would say; nil for the task's own
//                         cancellation
//   left()                how many tasks there are more than at the beginning
//   tasks()               those that have not ended
//   describe()            the same as text: names, what they wait for, stacks; "" when there are none. Before that,
//   where
//                         a task was that computed for too long
//   unawaited()           coroutine objects made meanwhile that nobody has awaited yet
//   finish()              the end; what was reported, or nil
int new_trial(lua_State* L);

}  // namespace arun::modules
