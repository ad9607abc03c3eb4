// require "arun.native.json": decode, encode, array, null.
#include <new>
#include <string_view>

#include <simdjson.h>
#include <lua.hpp>

#include "lua/args.h"
#include "lua/error.h"
#include "lua/options.h"
#include "modules/json/decoder.h"
#include "modules/json/encoder.h"
#include "modules/json/string_cache.h"
#include "modules/json/values.h"

namespace arun::json {
namespace {

constexpr int kMostSpaces = 16;
constexpr int kUsualSpaces = 2;

// Upvalues of both directions.
constexpr int kNull = 1;
constexpr int kArrayMetatable = 2;
constexpr int kTool = 3;  // the DecoderTool or EncoderTool to reuse, or nil while a call uses it

// What reading keeps from call to call, with the strings of the cache as its user value.
struct DecoderTool {
  static constexpr const char* kName = "arun.json.Decoder";
  static void push_user_value(lua_State* L) { StringCache::push_strings(L); }
  Decoder decoder;
  StringCache strings;
  void trim() { decoder.trim(); }
};

struct EncoderTool {
  static constexpr const char* kName = "arun.json.Encoder";
  static void push_user_value(lua_State* L) { lua_pushnil(L); }
  EncoderState state;
  void trim() {
    if (static_cast<std::size_t>(state.out.end - state.out.begin) > kKeptBytes) state.out.release();
  }
  EncoderTool() = default;
  EncoderTool(const EncoderTool&) = delete;
  EncoderTool& operator=(const EncoderTool&) = delete;
  ~EncoderTool() { state.out.release(); }
};

template <typename Tool>
int collect(lua_State* L) {
  static_cast<Tool*>(lua_touserdata(L, 1))->~Tool();
  lua_pushnil(L);
  lua_setmetatable(L, 1);
  return 0;
}

// Takes the tool out of the upvalue and pushes it. A finalizer that runs during a call and calls the same function
// finds none and makes its own; so does the call after one that was left by an error.
template <typename Tool>
Tool* take_tool(lua_State* L) {
  lua_pushvalue(L, lua_upvalueindex(kTool));
  if (auto* tool = static_cast<Tool*>(lua_touserdata(L, -1))) {
    lua_pushnil(L);
    lua_replace(L, lua_upvalueindex(kTool));
    return tool;
  }
  lua_pop(L, 1);
  auto* tool = new (lua_newuserdatauv(L, sizeof(Tool), 1)) Tool;
  luaL_setmetatable(L, Tool::kName);
  Tool::push_user_value(L);
  lua_setiuservalue(L, -2, 1);
  return tool;
}

template <typename Tool>
void give_back_tool(lua_State* L, Tool* tool, int index) {
  tool->trim();
  lua_pushvalue(L, index);
  lua_replace(L, lua_upvalueindex(kTool));
}

int raise_fault(lua_State* L, std::string_view text, const Fault& fault) {
  Place place = place_of(text, fault.offset);
  auto line = static_cast<lua_Integer>(place.line);
  auto column = static_cast<lua_Integer>(place.column);
  lua::push_error(L, "json", "line %I, column %I: %s", static_cast<LUAI_UACINT>(line), static_cast<LUAI_UACINT>(column),
                  fault.message);
  lua_pushinteger(L, line);
  lua_setfield(L, -2, "line");
  lua_pushinteger(L, column);
  lua_setfield(L, -2, "column");
  return lua_error(L);
}

int raise_status(lua_State* L, Decoder::Status status, std::string_view text, const Fault& fault) {
  switch (status) {
    case Decoder::Status::invalid:
      return raise_fault(L, text, fault);
    case Decoder::Status::too_large:
      return lua::raise(L, "json", "cannot decode more than 4 GiB at once");
    case Decoder::Status::ok:
    case Decoder::Status::no_memory:
      break;
  }
  lua_pushliteral(L, "not enough memory");
  return lua_error(L);
}

// Has the collector do now what it would do while so many bytes are allocated: a document under construction is no
// garbage, and marking half of it would be for nothing. A step counts them as allocated and pays for them; they are
// then taken back, because building counts them again.
void collect_ahead(lua_State* L, std::size_t bytes) {
  auto kibibytes = static_cast<int>(bytes / 1024);
  if (kibibytes == 0 || lua_gc(L, LUA_GCISRUNNING) != 1) return;  // nor while it runs a finalizer
  lua_gc(L, LUA_GCSTEP, kibibytes);
  lua_gc(L, LUA_GCSTEP, -kibibytes);
}

// decode(text [, {null = value}])
int decode(lua_State* L) {
  std::string_view text = lua::check_string(L, 1);
  lua::check_options(L, 2, {"null"});
  lua_settop(L, 2);
  if (!lua_istable(L, 2) || lua_getfield(L, 2, "null") == LUA_TNIL) {
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(kNull));
  }
  lua_pushvalue(L, lua_upvalueindex(kArrayMetatable));
  auto* tool = take_tool<DecoderTool>(L);
  lua_getiuservalue(L, 5, 1);
  Fault fault;
  Decoder::Status status = tool->decoder.parse(text, fault);
  if (status == Decoder::Status::ok) {
    Tape tape = tool->decoder.tape();
    collect_ahead(L, tape.words * 2 * sizeof(Word) + text.size());
    const Parts parts{tape.strings, &tool->strings, 6, 3, 4};
    if (!push_document(L, parts, tape.root)) status = Decoder::locate(text, fault);
  }
  give_back_tool(L, tool, 5);
  if (status != Decoder::Status::ok) return raise_status(L, status, text, fault);
  return 1;
}

int indent_option(lua_State* L, int arg) {
  if (!lua_istable(L, arg)) return 0;
  int type = lua_getfield(L, arg, "pretty");
  int is_integer = 0;
  lua_Integer spaces = lua_tointegerx(L, -1, &is_integer);
  if (type == LUA_TNIL || type == LUA_TBOOLEAN) {
    spaces = lua_toboolean(L, -1) ? kUsualSpaces : 0;
  } else if (!is_integer || spaces < 1 || spaces > kMostSpaces) {
    lua::raise_usage(L, "option 'pretty': true or a number of spaces from 1 to %d expected", kMostSpaces);
  }
  lua_pop(L, 1);
  return static_cast<int>(spaces);
}

// encode(value [, {pretty = true | spaces, sort_keys = boolean}])
int encode(lua_State* L) {
  lua::check_any(L, 1);
  EncodeOptions options;
  if (!lua_isnoneornil(L, 2)) {
    lua::check_options(L, 2, {"pretty", "sort_keys"});
    options.indent = indent_option(L, 2);
    options.sort_keys = lua::option_boolean(L, 2, "sort_keys", false);
  }
  options.null = lua_touserdata(L, lua_upvalueindex(kNull));
  options.array_metatable = lua_topointer(L, lua_upvalueindex(kArrayMetatable));
  lua_settop(L, 1);
  auto* tool = take_tool<EncoderTool>(L);
  lua_pushvalue(L, 1);
  encode_top(L, tool->state, options);
  lua_pushlstring(L, tool->state.out.begin, tool->state.out.size());
  give_back_tool(L, tool, 2);
  return 1;
}

// array([table]): the table, marked.
int array(lua_State* L) {
  lua_settop(L, 1);
  if (lua_isnil(L, 1)) {
    lua_newtable(L);
    lua_replace(L, 1);
  }
  lua::check_table(L, 1);
  if (lua_getmetatable(L, 1) != 0 && lua_rawequal(L, -1, lua_upvalueindex(1)) == 0) {
    return lua::argument_error(L, 1, "the table has a metatable already");
  }
  lua_settop(L, 1);
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_setmetatable(L, 1);
  return 1;
}

int null_tostring(lua_State* L) {
  lua_pushliteral(L, "null");
  return 1;
}

template <typename Tool>
void define_tool(lua_State* L) {
  luaL_newmetatable(L,
                    Tool::kName);  // there already, perhaps half made, if memory ran out when this was required before
  lua_pushcfunction(L, collect<Tool>);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 1);
}

void push_null(lua_State* L) {
  lua_newuserdatauv(L, 0, 0);
  lua_createtable(L, 0, 2);
  lua_pushcfunction(L, null_tostring);
  lua_setfield(L, -2, "__tostring");
  lua_pushliteral(L, "json.null");
  lua_setfield(L, -2, "__name");
  lua_setmetatable(L, -2);
}

// One of the two directions; the module is at index 1, null at 2, the metatable of arrays at 3.
void set_direction(lua_State* L, const char* name, lua_CFunction function) {
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_pushnil(L);
  lua_pushcclosure(L, function, kTool);
  lua_setfield(L, 1, name);
}

}  // namespace
}  // namespace arun::json

extern "C" __attribute__((visibility("default"))) int luaopen_arun_native_json(lua_State* L) {
  using namespace arun::json;
  lua_settop(L, 0);
  define_tool<DecoderTool>(L);
  define_tool<EncoderTool>(L);
  lua_createtable(L, 0, 4);
  push_null(L);
  lua_createtable(L, 0, 1);
  lua_pushliteral(L, "json.array");
  lua_setfield(L, -2, "__name");
  set_direction(L, "decode", decode);
  set_direction(L, "encode", encode);
  lua_pushcclosure(L, array, 1);
  lua_setfield(L, 1, "array");
  lua_setfield(L, 1, "null");
  return 1;
}
