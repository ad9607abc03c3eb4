#include "stream/byte_buffer.h"

#include <cstring>
#include <string>

#include "../kernel/support.h"
#include "stream/input.h"

using arun::kernel::Blocks;
using arun::stream::ByteBuffer;
using arun::stream::Input;

TEST_CASE("a byte buffer gives back what was put in, however it is taken", "[stream]") {
  ByteBuffer buffer;
  std::string expected;
  std::string taken;
  for (int i = 0; i < 2000; ++i) {
    std::string piece(static_cast<std::size_t>(i * 37 % 211), static_cast<char>('a' + i % 26));
    REQUIRE(buffer.append(piece));
    expected += piece;
    std::size_t size = buffer.size() * static_cast<std::size_t>(i % 5) / 4;
    taken += buffer.bytes().substr(0, size);
    buffer.consume(size);
  }
  taken += buffer.bytes();
  CHECK(taken == expected);
}

TEST_CASE("a byte buffer that is filled and taken in turn does not grow", "[stream]") {
  ByteBuffer buffer;
  std::string piece(1000, 'x');
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(buffer.append(piece));
    if (buffer.size() > 3000) buffer.consume(1000);
  }
  CHECK(buffer.capacity() < 20'000);
}

TEST_CASE("a byte buffer refuses what no memory could hold", "[stream]") {
  ByteBuffer buffer;
  REQUIRE(buffer.append("kept"));
  CHECK_FALSE(buffer.reserve(SIZE_MAX / 2));
  CHECK_FALSE(buffer.reserve(SIZE_MAX - 1));
  CHECK(buffer.bytes() == "kept");
}

namespace {

void receive(Input& input, std::string_view bytes) {
  REQUIRE(input.prepare(0));
  REQUIRE(input.buffer().room_size() >= bytes.size());
  std::memcpy(input.buffer().room(), bytes.data(), bytes.size());
  input.buffer().added(bytes.size());
}

}  // namespace

TEST_CASE("inputs take turns with one block", "[stream]") {
  Blocks blocks;
  Input one(blocks);
  Input two(blocks);
  receive(one, "hello");
  const char* block = one.buffer().data();
  one.consume(5);
  CHECK(one.buffer().capacity() == 0);
  receive(two, "world");
  CHECK(two.buffer().data() == block);
}

TEST_CASE("a few bytes that lie for a while do not keep a block", "[stream]") {
  Blocks blocks;
  Input one(blocks);
  Input two(blocks);
  receive(one, "the beginning");
  const char* block = one.buffer().data();
  one.settle();
  CHECK(one.buffer().capacity() < 100);
  receive(two, "other");
  CHECK(two.buffer().data() == block);
  receive(one, " and the end");
  CHECK(one.bytes() == "the beginning and the end");
  CHECK(two.bytes() == "other");
}

TEST_CASE("an input grows as far as it must, and gives the memory back", "[stream]") {
  Blocks blocks;
  Input input(blocks);
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    receive(input, std::string(16'000, static_cast<char>('a' + i % 26)));
    expected += std::string(16'000, static_cast<char>('a' + i % 26));
  }
  CHECK(input.bytes() == expected);
  input.consume(expected.size() - 10);
  input.settle();
  CHECK(input.bytes() == expected.substr(expected.size() - 10));
  CHECK(input.buffer().capacity() == 10);
  input.consume(1000);
  CHECK(input.bytes().empty());
}
