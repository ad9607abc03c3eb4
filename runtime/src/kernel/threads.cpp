#include "kernel/threads.h"

#include "kernel/kernel.h"

namespace arun::kernel {
namespace {

// Finished threads kept for the next tasks, each of about a kilobyte.
constexpr std::size_t kMostIdle = 1 << 14;

}  // namespace

void Threads::open() {
  lua_newtable(kernel_.holder);
  table_ = lua_gettop(kernel_.holder);
}

// Runs protected on the main thread: makes a thread and puts it into a slot, whose number it returns with it.
int Threads::create(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  Threads& threads = kernel.threads;
  lua_newthread(L);
  lua_pushvalue(kernel.holder, threads.table_);
  lua_xmove(kernel.holder, L, 1);
  lua_pushvalue(L, -2);
  if (threads.free_slots_.empty()) {
    lua_rawseti(L, -2, threads.slots_ + 1);
    lua_pushinteger(L, ++threads.slots_);
  } else {
    std::uint32_t slot = threads.free_slots_.back();
    threads.free_slots_.pop_back();
    lua_rawseti(L, -2, slot);
    lua_pushinteger(L, slot);
  }
  lua_remove(L, -2);
  return 2;
}

Threads::Thread Threads::acquire() {
  if (!idle_.empty()) {
    Thread thread = idle_.back();
    idle_.pop_back();
    return thread;
  }
  lua_State* main = kernel_.main;
  lua_pushcfunction(main, create);
  if (lua_pcall(main, 0, 2, 0) != LUA_OK) {
    lua_xmove(main, kernel_.holder, 1);
    return {nullptr, 0};
  }
  Thread thread{lua_tothread(main, -2), static_cast<std::uint32_t>(lua_tointeger(main, -1))};
  lua_pop(main, 2);
  return thread;
}

void Threads::release(Thread thread) {
  set_parked(thread.state, false);
  if (lua_status(thread.state) == LUA_OK && idle_.size() < kMostIdle) {
    // A debug hook that the task set is not the next one's.
    if (lua_gethook(thread.state) != lua_gethook(kernel_.main)) {
      lua_sethook(thread.state, lua_gethook(kernel_.main), lua_gethookmask(kernel_.main),
                  lua_gethookcount(kernel_.main));
    }
    lua_settop(thread.state, 0);
    idle_.push_back(thread);
    return;
  }
  // false, not nil: the table stays an array, so that the slot can be filled again.
  lua_pushboolean(kernel_.holder, 0);
  lua_rawseti(kernel_.holder, table_, thread.slot);
  free_slots_.push_back(thread.slot);
}

}  // namespace arun::kernel
