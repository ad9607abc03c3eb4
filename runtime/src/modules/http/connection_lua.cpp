// connection(stream): a client's connection.
#include <algorithm>
#include <limits>
#include <new>

#include "kernel/tag.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/userdata.h"
#include "modules/http/bindings.h"
#include "modules/http/connection.h"
#include "stream/reader.h"
#include "stream/stream_box.h"

namespace arun::http {
namespace {

constexpr const char* kMetatable = "arun.http.connection";
constexpr double kNanoseconds = 1e9;
constexpr lua_Number kMostExpansion = 1e18;

struct Box {
  kernel::Tag tag = kernel::Tag::connection;
  Connection connection;

  Box(kernel::Kernel& kernel, stream::Stream& stream) : connection(kernel, stream) {}
  ~Box() { tag = kernel::Tag::none; }
};

Connection& check_connection(lua_State* L) {
  auto* box = kernel::to_tagged<Box>(L, 1, kernel::Tag::connection);
  if (box == nullptr) lua::type_error(L, 1, kMetatable);
  return box->connection;
}

Connection& check_open(lua_State* L) {
  Connection& connection = check_connection(L);
  if (!connection.stream().is_open()) connection.stream().raise_closed(L, "the connection is closed");
  return connection;
}

// As good as a reset, which it also is where the other side has not read all of the request.
[[noreturn]] void raise_unanswered(lua_State* L, Connection& connection) {
  char address[stream::Address::kTextSize];
  lua::push_error(L, "io", "read %s: %s (ECONNRESET)", connection.stream().peer().text(address),
                  connection.fault().message());
  lua_pushliteral(L, "ECONNRESET");
  lua_setfield(L, -2, "code");
  lua_pushliteral(L, "read");
  lua_setfield(L, -2, "operation");
  lua_pushstring(L, address);
  lua_setfield(L, -2, "address");
  lua_error(L);
  __builtin_unreachable();
}

// Raises why there is nothing to tell.
void check_state(lua_State* L, Connection& connection) {
  Connection::Expired expired = connection.expired_limit();
  if (expired == Connection::Expired::read) {
    lua::push_error(L, "timeout", "nothing was received for %f s",
                    static_cast<lua_Number>(connection.limits().read) / kNanoseconds);
    lua_pushliteral(L, "read");
  } else if (expired == Connection::Expired::total) {
    lua::push_error(L, "timeout", "the time for all of it was over: %f s", connection.limits().seconds);
    lua_pushliteral(L, "total");
  } else if (connection.is_unanswered()) {
    raise_unanswered(L, connection);
  } else if (connection.is_faulty()) {
    lua::push_error(L, "http", "%s", connection.fault().message());
    lua_pushstring(L, connection.fault().code());
    lua_setfield(L, -2, "code");
    lua_error(L);
  } else {
    return;
  }
  lua_setfield(L, -2, "phase");
  lua_error(L);
}

// Pushes a piece of the body and whether the body is complete with it.
int push_piece(lua_State* L, Connection& connection, std::size_t most) {
  std::string_view piece = connection.piece();
  if (piece.empty()) {
    lua_pushnil(L);
    lua_pushboolean(L, 1);
    return 2;
  }
  std::size_t size = std::min(piece.size(), most);
  lua_pushlstring(L, piece.data(), size);
  connection.take(size);
  // Its end may be at hand, which saves a call. What else there is to tell comes with the next one.
  connection.find_body(connection.stream().ended());
  lua_pushboolean(L, connection.is_complete());
  return 2;
}

class HeadReader final : public stream::Reader {
 public:
  explicit HeadReader(Connection& connection) : connection_(connection) {}

  bool offer(stream::Stream&, std::string_view, bool ended) override { return connection_.find_head(ended); }

  // status, reason, version, headers, whether the body is complete, and if it is and there is one, the body. nil when
  // the body of the request is to be sent first.
  int results(lua_State* L, stream::Stream& stream) override {
    connection_.stop_watching();
    connection_.stop_expecting();
    if (!connection_.has_head()) {
      check_state(L, connection_);
      lua_pushnil(L);
      return 1;
    }
    constexpr int kTextsOnStack = 8;
    luaL_checkstack(L, kTextsOnStack, nullptr);
    const Head& head = connection_.head();
    lua_pushinteger(L, head.status);
    lua_pushlstring(L, head.reason.data(), head.reason.size());
    if (head.version == 11) {
      lua_pushliteral(L, "1.1");
    } else {
      lua_pushliteral(L, "1.0");
    }
    push_headers(L, head.fields.data(), head.fields.size());
    connection_.take_head();
    if (!connection_.is_complete() && !connection_.is_faulty()) connection_.find_body(stream.ended());
    bool is_whole = connection_.is_complete() || connection_.has_whole_body();
    lua_pushboolean(L, is_whole);
    if (!is_whole || connection_.is_complete()) return 5;
    push_piece(L, connection_, std::numeric_limits<std::size_t>::max());
    lua_pop(L, 1);
    return 6;
  }

  void describe(std::string* out) const override { *out = "the response"; }

 private:
  Connection& connection_;
};

class BodyReader final : public stream::Reader {
 public:
  BodyReader(Connection& connection, std::size_t most) : connection_(connection), most_(most) {}

  bool offer(stream::Stream&, std::string_view, bool ended) override { return connection_.find_body(ended); }

  int results(lua_State* L, stream::Stream&) override {
    connection_.stop_watching();
    if (connection_.piece().empty()) check_state(L, connection_);
    return push_piece(L, connection_, most_);
  }

  void describe(std::string* out) const override { *out = "the response's body"; }

 private:
  Connection& connection_;
  std::size_t most_;
};

// connection(stream)
int make(lua_State* L) {
  stream::Stream& stream = stream::check_stream(L, 1);
  new (lua_newuserdatauv(L, sizeof(Box), 1)) Box(kernel::kernel_of(L), stream);
  luaL_setmetatable(L, kMetatable);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  return 1;
}

Answers answers_to(std::string_view method) {
  if (method == "HEAD") return Answers::head_request;
  return method == "CONNECT" ? Answers::connect : Answers::request;
}

// Seconds; nil = none, and what is over is as little as can be.
kernel::Nanoseconds optional_limit(lua_State* L, int arg) {
  return lua_isnoneornil(L, arg) ? 0 : std::max<kernel::Nanoseconds>(lua::check_seconds(L, arg), 1);
}

// Decoded bytes for one received; nil = the usual number, infinity = any.
std::uint64_t optional_expansion(lua_State* L, int arg) {
  if (lua_isnoneornil(L, arg)) return 0;
  lua_Number number = luaL_checknumber(L, arg);
  return number < kMostExpansion ? static_cast<std::uint64_t>(number) : std::numeric_limits<std::uint64_t>::max();
}

// connection:begin(method, bytes [, read_limit [, total_limit [, max_expansion [, seconds]]]]): sends what begins the
// request, without waiting.
int begin(lua_State* L) {
  Connection& connection = check_open(L);
  Answers answers = answers_to(lua::check_string(L, 2));
  std::string_view bytes = lua::check_string(L, 3);
  connection.begin(answers,
                   {optional_limit(L, 4), optional_limit(L, 5), optional_expansion(L, 6), luaL_optnumber(L, 7, 0)});
  connection.stream().send(bytes);
  return 0;
}

// connection:set_sending(on)
int set_sending(lua_State* L) {
  check_connection(L).set_sending(lua_toboolean(L, 2) != 0);
  return 0;
}

// connection:head([patience]): waits for the response; with `patience`, at most so many seconds, or until the server
// asks for the body of the request. See HeadReader.
int read_head(lua_State* L) {
  Connection& connection = check_open(L);
  kernel::Nanoseconds patience = optional_limit(L, 2);
  kernel::Task* task = stream::begin_read(L, connection.stream());
  if (patience > 0) connection.expect_continue(patience);
  return stream::read(L, task, connection.stream(), task->emplace<HeadReader>(connection));
}

// connection:body(most): waits for more of the body. A piece of it, or nil, and whether it is complete with that.
int read_body(lua_State* L) {
  Connection& connection = check_open(L);
  if (connection.is_too_late()) check_state(L, connection);
  auto most = static_cast<std::size_t>(std::max<lua_Integer>(lua::check_integer(L, 2), 1));
  kernel::Task* task = stream::begin_read(L, connection.stream());
  return stream::read(L, task, connection.stream(), task->emplace<BodyReader>(connection, most));
}

// connection:trailers(): the fields after the body, or nil.
int trailers(lua_State* L) {
  std::string_view block = check_connection(L).trailers();
  if (block.empty()) return 0;
  push_headers_block(L, block);
  return 1;
}

// connection:set_streamed(): see Connection.
int set_streamed(lua_State* L) {
  check_connection(L).set_streamed();
  return 0;
}

int is_answered(lua_State* L) {
  lua_pushboolean(L, check_connection(L).is_answered());
  return 1;
}

int is_usable(lua_State* L) {
  lua_pushboolean(L, check_connection(L).is_usable());
  return 1;
}

int close(lua_State* L) {
  check_connection(L).close();
  return 0;
}

// join(list): the strings as one. Copies each once, where table.concat copies several times: a body of 100 MB keeps
// nobody waiting for long.
int join(lua_State* L) {
  lua::check_table(L, 1);
  int count = static_cast<int>(lua_rawlen(L, 1));
  luaL_checkstack(L, count + 1, "too many pieces");
  for (int i = 1; i <= count; ++i) lua_rawgeti(L, 1, i);
  lua_concat(L, count);
  return 1;
}

}  // namespace

void open_connection(lua_State* L) {
  const luaL_Reg methods[] = {{"begin", begin},
                              {"set_sending", set_sending},
                              {"head", read_head},
                              {"body", read_body},
                              {"trailers", trailers},
                              {"is_answered", is_answered},
                              {"is_usable", is_usable},
                              {"close", close},
                              {"set_streamed", set_streamed},
                              {nullptr, nullptr}};
  luaL_newmetatable(L, kMetatable);
  lua_pushcfunction(L, lua::destroy<Box>);
  lua_setfield(L, -2, "__gc");
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, make);
  lua_setfield(L, -2, "connection");
  lua_pushcfunction(L, join);
  lua_setfield(L, -2, "join");
}

}  // namespace arun::http
