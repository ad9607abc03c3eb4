// How coroutine objects, task handles, queues, locks, streams and HTTP connections are told apart from other userdata
// without looking at metatables: they are recognised millions of times a second.
#pragma once

#include <cstddef>
#include <cstdint>

#include <lua.hpp>

namespace arun::kernel {

// The first four bytes of the userdata. Arbitrary numbers, which with the size make a chance match out of the question.
enum class Tag : std::uint32_t {
  none = 0,
  call = 0x9d21c6ab,
  handle = 0x5e83f47d,
  queue = 0x31d7ea59,
  waitlist = 0x86b20fd5,
  stream = 0x6c09b2f3,
  connection = 0x47e5a81c,
  semaphore = 0x2fb6938d,
  guard = 0x73c1e0a6
};

// The memory of the userdata at this index if it has this size and tag, else null.
template <class Type>
Type* to_tagged(lua_State* L, int index, Tag tag) {
  auto* memory = static_cast<Type*>(lua_touserdata(L, index));
  if (memory == nullptr || lua_rawlen(L, index) != sizeof(Type) || memory->tag != tag) return nullptr;
  return memory;
}

}  // namespace arun::kernel
