// A parsed document as Lua values.
#pragma once

#include <lua.hpp>

#include "modules/json/string_cache.h"
#include "modules/json/tape.h"

namespace arun::json {

// What the values of a document are made of; the numbers are stack indices.
struct Parts {
  const unsigned char* strings;  // the tape's
  StringCache* cache;
  int cached;  // the strings of the cache
  int null;
  int array_metatable;
};

// Pushes the value at `root`. False, with what was built so far on the stack, when it is nested beyond kMaxDepth.
// May raise "not enough memory"; nothing here has a destructor.
bool push_document(lua_State* L, const Parts& parts, const Word* root);

}  // namespace arun::json
