// A toy filter between a stream and its wire, used by scripts: what TLS will be, small enough to be read.
#include "stream/filter.h"

#include <memory>
#include <string>

#include "../kernel/support.h"
#include "lua/error.h"
#include "stream/reader.h"
#include "stream/stream_box.h"

using arun::stream::ByteBuffer;
using arun::stream::Filter;
using arun::test::Script;

namespace {

// Each side begins with "HELO". Then frames: one byte of length, and so many bytes, each combined with the key by
// exclusive or. A frame of length 0 says that there will be no more; 255 that the sender gave up.
class ToyFilter final : public Filter {
 public:
  explicit ToyFilter(char key) : key_(key) {}

  void start(ByteBuffer& wire) override { wire.append("HELO"); }

  void receive(std::string_view bytes, ByteBuffer& plain, ByteBuffer& wire) override {
    pending_ += bytes;
    if (state() == State::opening && pending_.size() >= 4) {
      if (pending_.compare(0, 4, "HELO") != 0) return fail("no greeting", wire);
      pending_.erase(0, 4);
      set_state(State::open);
    }
    while (state() == State::open && !pending_.empty()) {
      auto length = static_cast<unsigned char>(pending_[0]);
      if (length == 0) return set_state(State::ended);
      if (length == kAlert) return fail("the other side gave up", wire);
      if (pending_.size() <= length) return;
      plain.append(turned({pending_.data() + 1, length}));
      pending_.erase(0, 1U + length);
    }
  }

  void wire_ended() override {
    if (state() == State::ended) return;
    reason_ = "truncated";
    set_state(State::failed);
  }

  void send(std::string_view bytes, ByteBuffer& wire) override {
    for (std::size_t at = 0; at < bytes.size(); at += kLongest) {
      std::string_view part = bytes.substr(at, kLongest);
      wire.append(std::string(1, static_cast<char>(part.size())));
      wire.append(turned(part));
    }
  }

  void shut_down(ByteBuffer& wire) override { wire.append(std::string_view("\0", 1)); }

  void push_error(lua_State* L, const char* address) const override {
    arun::lua::push_error(L, "toy", "%s: %s", address, reason_);
  }

 private:
  static constexpr unsigned char kAlert = 255;
  static constexpr std::size_t kLongest = 254;

  void fail(const char* reason, ByteBuffer& wire) {
    reason_ = reason;
    set_state(State::failed);
    wire.append("\xff");
  }

  std::string turned(std::string_view bytes) const {
    std::string result(bytes);
    for (char& byte : result) byte = static_cast<char>(byte ^ key_);
    return result;
  }

  char key_;
  std::string pending_;
  const char* reason_ = "";
};

// wrap(stream, key): puts a filter on the stream and waits until it is open.
int wrap(lua_State* L) {
  arun::stream::Stream& stream = arun::stream::check_open(L, 1);
  auto key = static_cast<char>(luaL_checkinteger(L, 2));
  arun::kernel::Task* task = arun::stream::begin_read(L, stream);
  stream.set_filter(std::make_unique<ToyFilter>(key));
  return arun::stream::wait_until_open(L, task, stream);
}

// Runs code that finds the two ends of a connection in `a` and `b`, and may await.
void run(const std::string& code) {
  Script script;
  lua_register(script.runtime().state(), "wrap", wrap);
  int status = script.run(R"(
    async = require "arun.async"
    local net = require "arun.net"
    local listener <close> = net.listen {}
    local accepting = async.create_task(function() return listener:accept() end)
    a = net.connect { host = "127.0.0.1", port = listener.port }
    b = async.await(accepting)
    function eq(one, other)
      if one ~= other then error(("%s, not %s"):format(tostring(one), tostring(other)), 2) end
    end
    function both() async.gather { function() wrap(a, 7) end, function() wrap(b, 7) end } end
    function kind_of(fn, ...)
      local ok, err = pcall(fn, ...)
      return not ok and (err.kind or tostring(err)), tostring(err)
    end
  )" + code);
  INFO(script.reports());
  CHECK(status == 0);
}

}  // namespace

TEST_CASE("bytes go through a filter both ways", "[stream]") {
  run(R"(
    both()
    a:write("hello", " ", "world")
    eq(b:read_exactly(11), "hello world")
    b:write("line\n")
    eq(a:lines()(), "line")
  )");
}

TEST_CASE("a filter does not change what is sent, only how", "[stream]") {
  run(R"(
    both()
    local data = ("0123456789abcdef"):rep(200000)
    local writing = async.create_task(function()
      a:write(data, "x", data)
      a:shutdown()
    end)
    local received = b:read_all()
    eq(#received, 2 * #data + 1)
    eq(received == data .. "x" .. data, true)
    b:write("still open this way")
    eq(a:read(), "still open this way")
    eq(b:read(), nil)
    async.await(writing)
  )");
}

TEST_CASE("what came before the filter is the first that it receives", "[stream]") {
  run(R"(
    a:write("STARTED\nHELO\5" .. ("early"):gsub(".", function(c) return string.char(c:byte() ~ 7) end))
    eq(b:read_until("\n"), "STARTED\n")
    wrap(b, 7)
    eq(b:read(), "early")
  )");
}

TEST_CASE("a handshake that fails raises the filter's error on both sides", "[stream]") {
  run(R"(
    local failing = async.create_task(function() return kind_of(wrap, b, 7) end)
    a:write("WHAT")
    eq(async.await(failing), "toy")
    eq(a:read_exactly(5), "HELO\xff")
    eq(kind_of(b.read, b), "toy")
    eq(kind_of(b.write, b, "x"), "toy")
  )");
}

TEST_CASE("a failure later reaches who reads and who waits to write", "[stream]") {
  run(R"(
    wrapping = async.create_task(function() wrap(a, 7) end)
    b:write("HELO")
    async.await(wrapping)
    local reading = async.create_task(function() return kind_of(a.read, a) end)
    local writing = async.create_task(function() return kind_of(a.write, a, ("x"):rep(32 << 20)) end)
    async.sleep(0)
    b:write("\xff")
    eq(async.await(reading), "toy")
    eq(async.await(writing), "toy")
  )");
}

TEST_CASE("an end of the wire without leave is the filter's to judge", "[stream]") {
  run(R"(
    local wrapping = async.create_task(function() wrap(b, 7) end)
    a:write("HELO\3" .. ("abc"):gsub(".", function(c) return string.char(c:byte() ~ 7) end))
    async.await(wrapping)
    eq(a:read(), "HELO")
    a:close()
    eq(b:read(), "abc")
    local kind, text = kind_of(b.read, b)
    eq(kind, "toy")
    eq(text:find("truncated", 1, true) ~= nil, true)
  )");
  run(R"(
    both()
    a:write("abc")
    a:close()
    eq(b:read_all(), "abc")
    eq(b:read(), nil)
  )");
}

TEST_CASE("the handshake can be cancelled, and nothing is sent before it is over", "[stream]") {
  run(R"(
    local wrapping = async.create_task(function() wrap(a, 7) end)
    async.sleep(0)
    eq(kind_of(a.write, a, "x"), "usage")
    wrapping:cancel()
    eq(kind_of(async.await, wrapping), "cancelled")
    eq(b:read(), "HELO")
    a:close()
    eq(b:read(), nil)
  )");
}
