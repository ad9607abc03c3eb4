// A parsed document as Lua values.
#pragma once

#include <simdjson.h>
#include <lua.hpp>

#include "modules/json/keys.h"

namespace arun::json {

// What the walk over a document needs; the numbers are stack indices.
struct Values {
  lua_State* L;
  KeyCache* keys;
  int key_strings;
  int null;
  int array_metatable;
};

// Pushes the value. False, with what was built so far on the stack, when it is nested beyond kMaxDepth.
// May raise "not enough memory"; nothing here has a destructor.
bool push_value(const Values& values, simdjson::dom::element element, int depth);

}  // namespace arun::json
