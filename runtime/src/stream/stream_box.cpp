#include "stream/stream_box.h"

#include <new>

#include "kernel/tag.h"
#include "lua/args.h"
#include "lua/userdata.h"

namespace arun::stream {
namespace {

constexpr const char* kMetatable = "arun.stream";

struct Box {
  kernel::Tag tag = kernel::Tag::stream;
  Stream stream;

  explicit Box(kernel::Kernel& kernel) : stream(kernel) {}
  ~Box() { tag = kernel::Tag::none; }
};

int stream_tostring(lua_State* L) {
  const Stream& stream = check_stream(L, 1);
  char text[Address::kTextSize];
  lua_pushfstring(L, stream.is_open() ? "stream (%s)" : "stream (%s, closed)", stream.peer().text(text));
  return 1;
}

void fill_metatable(lua_State* L) {
  const luaL_Reg methods[] = {{"read", stream_read},
                              {"read_exactly", stream_read_exactly},
                              {"read_until", stream_read_until},
                              {"read_all", stream_read_all},
                              {"lines", stream_lines},
                              {"write", stream_write},
                              {"flush", stream_flush},
                              {"shutdown", stream_shutdown},
                              {"close", stream_close},
                              {"local_address", stream_local_address},
                              {"peer_address", stream_peer_address},
                              {"set_nodelay", stream_set_nodelay},
                              {"set_keepalive", stream_set_keepalive},
                              {nullptr, nullptr}};
  const luaL_Reg meta[] = {
      {"__gc", lua::destroy<Box>}, {"__close", stream_leave}, {"__tostring", stream_tostring}, {nullptr, nullptr}};
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pushliteral(L, "stream");
  lua_setfield(L, -2, "__name");
}

}  // namespace

Stream* push_stream(lua_State* L) {
  auto* box = new (lua_newuserdatauv(L, sizeof(Box), 0)) Box(kernel::kernel_of(L));
  lua::push_metatable(L, kMetatable, fill_metatable);
  lua_setmetatable(L, -2);
  return &box->stream;
}

Stream& check_stream(lua_State* L, int arg) {
  auto* box = kernel::to_tagged<Box>(L, arg, kernel::Tag::stream);
  if (box == nullptr) lua::type_error(L, arg, "stream");
  return box->stream;
}

Stream& check_open(lua_State* L, int arg) {
  Stream& stream = check_stream(L, arg);
  if (!stream.is_open()) stream.raise_closed(L, "the stream is closed");
  return stream;
}

}  // namespace arun::stream
