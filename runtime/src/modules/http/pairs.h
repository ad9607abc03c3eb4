// Names and values as a script gives them: {name = value}, {name = {value, value}}, or a list {{name, value}, ...}.
#pragma once

#include <cstddef>

#include <lua.hpp>

#include "modules/http/message.h"

namespace arun::http {

struct PairRules {
  const char* what;     // "header": for errors
  bool takes_booleans;  // as values, written as "true" and "false"
  bool takes_removals;  // `name = false` says that there is to be none; its value has no data
};

struct Pairs {
  Field* items;
  std::size_t count;
};

// The pairs of the table at the index: a list in its order, others sorted by name, so that the same table gives the
// same result every time. The list and all its texts are held by what this leaves on the stack. Raises kind "usage".
Pairs collect_pairs(lua_State* L, int table, const PairRules& rules);

}  // namespace arun::http
