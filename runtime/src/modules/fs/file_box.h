// Files as Lua sees them.
#pragma once

#include <memory>

#include <lua.hpp>

#include "modules/fs/file.h"

namespace arun::modules {

// Pushes a userdata without a file. May raise; arm_file, which cannot, puts the file into the one on top.
void push_file_box(lua_State* L);
void arm_file(lua_State* L, std::shared_ptr<File> file);

// The file of the userdata at this index; raises kind "usage" for other values, "closed" when it is closed.
const std::shared_ptr<File>& check_file(lua_State* L, int arg);
// The same for a closed one as well.
const std::shared_ptr<File>& check_any_file(lua_State* L, int arg);

// The methods.
int file_read(lua_State* L);
int file_lines(lua_State* L);
int file_write(lua_State* L);
int file_seek(lua_State* L);
int file_sync(lua_State* L);
int file_truncate(lua_State* L);
int file_stat(lua_State* L);
int file_close(lua_State* L);

// Makes the operation, submits it to the file and suspends the running task on it: the end of a method.
template <class Operation, class... Arguments>
int submit(lua_State* L, const std::shared_ptr<File>& file, Arguments&&... arguments) {
  kernel::Task* task = kernel::begin_suspend(L);
  auto* operation = uv::make<Operation>(L, file, std::forward<Arguments>(arguments)...);
  return file->submit(operation) ? kernel::suspend_completed(L, task, operation) : kernel::suspend(L, task, operation);
}

}  // namespace arun::modules
