// Lua values as JSON text.
#pragma once

#include <array>

#include <lua.hpp>

#include "modules/json/buffer.h"
#include "modules/json/limits.h"

namespace arun::json {

// What an encoder keeps from call to call, in a userdata.
struct EncoderState {
  Buffer out;
  std::array<const void*, kMaxDepth> ancestors{};
};

struct EncodeOptions {
  int indent = 0;  // spaces for each level; 0 writes no white space at all
  bool sort_keys = false;
  const void* null = nullptr;             // the userdata that stands for null
  const void* array_metatable = nullptr;  // the mark of arrays
};

// Writes the value on top of the stack into state.out, which it clears first.
// Raises kind "json" with the path to what cannot be written. Nothing here has a destructor.
void encode_top(lua_State* L, EncoderState& state, const EncodeOptions& options);

}  // namespace arun::json
