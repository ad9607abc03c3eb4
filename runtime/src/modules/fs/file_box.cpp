#include "modules/fs/file_box.h"

#include <new>

#include "lua/self.h"
#include "lua/userdata.h"
#include "modules/fs/closed.h"

namespace arun::modules {
namespace {

constexpr const char* kMetatable = "arun.File";

using Box = std::shared_ptr<File>;

Box* to_box(lua_State* L, int arg) {
  auto* box = static_cast<Box*>(luaL_testudata(L, arg, kMetatable));
  if (box == nullptr || *box == nullptr) lua::self_error(L, "file");
  return box;
}

int collected(lua_State* L) {
  auto* box = static_cast<Box*>(lua_touserdata(L, 1));
  if (*box != nullptr && !(*box)->closed()) (*box)->close(nullptr);
  return lua::destroy<Box>(L);
}

int file_tostring(lua_State* L) {
  const File& file = **to_box(L, 1);
  lua_pushfstring(L, file.closed() ? "file (%s, closed)" : "file (%s)", file.path());
  return 1;
}

// The methods are in the upvalue.
int file_index(lua_State* L) {
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) return 1;
  if (lua_type(L, 2) == LUA_TSTRING && lua_rawequal(L, 2, lua_upvalueindex(2))) {
    lua_pushstring(L, (*to_box(L, 1))->path());
  }
  return 1;
}

void fill_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"read", file_read}, {"lines", file_lines}, {"write", file_write},
                              {"seek", file_seek}, {"sync", file_sync},   {"truncate", file_truncate},
                              {"stat", file_stat}, {"close", file_close}, {nullptr, nullptr}};
  const luaL_Reg meta[] = {
      {"__gc", collected}, {"__close", file_close}, {"__tostring", file_tostring}, {nullptr, nullptr}};
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_pushliteral(L, "path");
  lua_pushcclosure(L, file_index, 2);
  lua_setfield(L, -2, "__index");
}

}  // namespace

void push_file_box(lua_State* L) {
  new (lua_newuserdatauv(L, sizeof(Box), 0)) Box;
  lua::push_metatable(L, kMetatable, fill_metatable);
  lua_setmetatable(L, -2);
}

void arm_file(lua_State* L, std::shared_ptr<File> file) {
  file->note_open(L);
  *static_cast<Box*>(lua_touserdata(L, -1)) = std::move(file);
}

const std::shared_ptr<File>& check_any_file(lua_State* L, int arg) {
  return *to_box(L, arg);
}

const std::shared_ptr<File>& check_file(lua_State* L, int arg) {
  const Box& box = *to_box(L, arg);
  if (box->closed()) {
    lua_pushfstring(L, "file %s is closed", box->path());
    raise_closed(L, box->path());
  }
  return box;
}

}  // namespace arun::modules
