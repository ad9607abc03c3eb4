// One runtime, inside: one Lua state, one libuv loop, one scheduler, on one thread. All else hangs off it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <uv.h>
#include <lua.hpp>

#include "kernel/allocator.h"
#include "kernel/anchors.h"
#include "kernel/blocks.h"
#include "kernel/open_handles.h"
#include "kernel/places.h"
#include "kernel/safe_point.h"
#include "kernel/scheduler.h"
#include "kernel/threads.h"
#include "kernel/timers.h"
#include "kernel/watchdog.h"

namespace arun::kernel {

// How reports are written: for people, for people at a terminal, or for machines (report/).
enum class ReportForm : std::uint8_t { text, coloured, json };

struct Kernel {
  Kernel() : threads(*this), scheduler(*this), safe_points(*this), watchdog(*this) {}

  Allocator allocator;  // outlives the state
  lua_State* main = nullptr;
  // A Lua thread that never runs: its stack holds the tables that C++ indexes (anchors, threads).
  lua_State* holder = nullptr;
  uv_loop_t loop{};
  Timers timers;
  Blocks blocks;
  Anchors anchors;
  Places places;
  OpenHandles open_handles;  // those that are left are closed with the state
  Threads threads;
  Scheduler scheduler;
  SafePoints safe_points;
  Watchdog watchdog;

  // virtual_time.h
  bool virtual_time = false;
  // Operations that wait for somebody outside of this process by asking again and again.
  std::uint32_t outside_waits = 0;

  // Milliseconds of the monotonic clock, as of the last turn of the loop or a few steps ago: good enough for telling
  // how long a task has waited, and free.
  std::uint32_t clock = 0;

  // Counts cancel scopes opened and cancellations delivered, so that their order can be compared.
  std::uint64_t cancel_clock = 0;
  // Tasks whose cancellation is being delivered (cancel.cpp).
  std::vector<Task*> cancel_queue;
  // The Lua thread that runs: of a task, or of a coroutine inside it. Null between two steps of tasks. Whoever sets it
  // tells `safe_points`.
  lua_State* innermost = nullptr;
  // The Lua thread below which no suspension is possible, because a C function that cannot yield resumed a coroutine.
  lua_State* blocked_at = nullptr;
  // A coroutine that is to unwind when its yield returns (a generator being closed).
  lua_State* unwinding_coroutine = nullptr;
  // Errors that nobody awaited; the program's exit code is not 0.
  std::uint64_t unhandled_failures = 0;
  // Where the text of reports goes (report.h): errors that nobody caught, deadlocks, coroutines never awaited.
  std::function<void(const std::string& text)> write_report;
  ReportForm report_form = ReportForm::text;

  // Coroutine objects made in the current task step (call.h): on the stack of a thread that never runs, and how many.
  lua_State* young = nullptr;
  std::uint32_t young_calls = 0;
  std::uint32_t unused_young_calls = 0;
  std::uint32_t watched_calls = 0;  // unused ones that a watcher will report when they are collected

  const void* failure_metatable = nullptr;
  // The anchor of the record of a task that ran out of memory (failure.h).
  std::uint32_t out_of_memory = 0;
};

// Every thread of a state inherits the pointer; the lowest bit marks a coroutine that waits inside an await
// (suspend.h).
inline Kernel& kernel_of(lua_State* L) {
  return *reinterpret_cast<Kernel*>(*static_cast<std::uintptr_t*>(lua_getextraspace(L)) & ~std::uintptr_t{1});
}

inline bool parked(lua_State* L) {
  return (*static_cast<std::uintptr_t*>(lua_getextraspace(L)) & 1) != 0;
}
inline void set_parked(lua_State* L, bool value) {
  auto* space = static_cast<std::uintptr_t*>(lua_getextraspace(L));
  *space = (*space & ~std::uintptr_t{1}) | static_cast<std::uintptr_t>(value);
}

}  // namespace arun::kernel
