#include "kernel/allocator.h"

#include <cstring>

#include "support.h"

using arun::kernel::Allocator;

TEST_CASE("a freed block serves the next request of its size", "[allocator]") {
  Allocator allocator;
  void* first = Allocator::allocate(&allocator, nullptr, 0, 720);
  REQUIRE(first != nullptr);
  Allocator::allocate(&allocator, first, 720, 0);
  void* second = Allocator::allocate(&allocator, nullptr, 0, 720);
  if (!arun::test::kSanitized) CHECK(second == first);
  Allocator::allocate(&allocator, second, 720, 0);
  CHECK(allocator.in_use() == 0);
}

TEST_CASE("growing and shrinking across the pooled sizes keeps the contents", "[allocator]") {
  Allocator allocator;
  auto* block = static_cast<char*>(Allocator::allocate(&allocator, nullptr, 0, 16));
  std::memcpy(block, "0123456789abcdef", 16);
  std::size_t size = 16;
  for (std::size_t next : {24U, 700U, 5000U, 90000U, 4000U, 300U, 16U}) {
    block = static_cast<char*>(Allocator::allocate(&allocator, block, size, next));
    REQUIRE(block != nullptr);
    CHECK(std::memcmp(block, "0123456789abcdef", 16) == 0);
    CHECK(allocator.in_use() == next);
    size = next;
  }
  Allocator::allocate(&allocator, block, size, 0);
}

TEST_CASE("the limit refuses growth, never shrinking", "[allocator]") {
  Allocator allocator;
  allocator.set_limit(1000);
  void* block = Allocator::allocate(&allocator, nullptr, 0, 900);
  REQUIRE(block != nullptr);
  CHECK(Allocator::allocate(&allocator, nullptr, 0, 200) == nullptr);
  CHECK(Allocator::allocate(&allocator, block, 900, 1100) == nullptr);
  block = Allocator::allocate(&allocator, block, 900, 100);
  REQUIRE(block != nullptr);
  Allocator::allocate(&allocator, block, 100, 0);
}

TEST_CASE("allocations fail from the n-th on", "[allocator]") {
  Allocator allocator;
  allocator.fail_after(2);
  void* block = Allocator::allocate(&allocator, nullptr, 0, 8);
  REQUIRE(block != nullptr);
  CHECK(Allocator::allocate(&allocator, nullptr, 0, 8) == nullptr);
  CHECK(Allocator::allocate(&allocator, nullptr, 0, 8) == nullptr);
  allocator.fail_after(0);
  Allocator::allocate(&allocator, block, 8, 0);
}
