#pragma once

#include <lua.hpp>

#include "kernel/cancel.h"

namespace arun::modules {

// scope([seconds]): a cancel scope around what the running task does until it is closed; after that many seconds it
// is cancelled. Methods:
//   cancel()          ends what runs inside
//   close(error)      leaves the scope; true when `error` is its own cancellation, which is over then
//   reschedule([s])   a new time limit from now on, or none
//   cancelled()       whether it was asked to end
//   deadline()        on async.time's clock, or nil
int new_scope(lua_State* L);

// The cancel scope of the userdata at this index; raises when it is none.
kernel::CancelScope* to_scope(lua_State* L, int index);

}  // namespace arun::modules
