// The beginning and the end of a kernel, side by side because one is the other backwards.
#include "kernel/teardown.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "kernel/call.h"
#include "kernel/coroutine_lib.h"
#include "kernel/debug_lib.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "lua/error.h"

namespace arun::kernel {
namespace {

constexpr int kHolderSlots = 64;

int open_protected(lua_State* L) {
  Kernel& kernel = kernel_of(L);
  luaL_openlibs(L);
  // The first large luaL_Buffer makes the metatable of all of them. If memory ran out in the midst of that, string.rep
  // and others would fail ever after.
  luaL_Buffer large;
  luaL_buffinitsize(L, &large, 2 * LUAL_BUFFERSIZE);
  luaL_pushresult(&large);
  lua_pop(L, 1);
  kernel.holder = lua_newthread(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &kernel);
  luaL_checkstack(kernel.holder, kHolderSlots, nullptr);
  kernel.anchors.open(kernel.holder);
  kernel.threads.open();
  lua::open_errors(L);
  open_failures(L, kernel);
  open_calls(L, kernel);
  open_handles(L);
  open_coroutines(L);
  open_debug(L);
  return 0;
}

// The first loop of a process aborts it when there are too few descriptors: libuv makes a pipe for signals without a
// way to say that it cannot. Whether there are those that a loop needs, or a negative status.
int check_descriptors() {
  constexpr int kPipes = 3;
  int pipes[kPipes][2];
  int made = 0;
  int status = 0;
  for (; made < kPipes && status == 0; ++made) {
    if (pipe2(pipes[made], O_CLOEXEC) == 0) continue;
    status = -errno;
    break;
  }
  for (int i = 0; i < made; ++i) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
  return status;
}

#ifndef NDEBUG
void name_busy_handle(uv_handle_t* handle, void*) {
  std::fprintf(stderr, "arun: a %s handle was still open at the end\n", uv_handle_type_name(handle->type));
}
#endif

}  // namespace

int open_loop(Kernel& kernel) {
  int status = check_descriptors();
  if (status == 0) status = uv_loop_init(&kernel.loop);
  if (status < 0) return status;
  kernel.loop.data = &kernel;
  kernel.timers.open(&kernel.loop);
  return 0;
}

bool open_lua(Kernel& kernel) {
  kernel.main = lua_newstate(Allocator::allocate, &kernel.allocator);
  if (kernel.main == nullptr) return false;
  *static_cast<Kernel**>(lua_getextraspace(kernel.main)) = &kernel;
  lua_gc(kernel.main, LUA_GCSTOP);
  lua_pushcfunction(kernel.main, open_protected);
  bool opened = lua_pcall(kernel.main, 0, 0, 0) == LUA_OK;
  lua_gc(kernel.main, LUA_GCRESTART);
  return opened;
}

void close_kernel(Kernel& kernel) {
  kernel.watchdog.close();
  // 1. What tasks still wait for lets go of them: from here on no completion touches a task or Lua.
  kernel.scheduler.abandon_all();
  // 2. Lua, whose finalizers close the handles that scripts left open.
  if (kernel.main != nullptr) lua_close(kernel.main);
  // 3. The loop turns until libuv has let go of every handle and request.
  kernel.timers.close();
  uv_run(&kernel.loop, UV_RUN_DEFAULT);
  if (uv_loop_close(&kernel.loop) != 0) {
#ifndef NDEBUG
    uv_walk(&kernel.loop, name_busy_handle, nullptr);
    std::abort();
#endif
  }
}

}  // namespace arun::kernel
