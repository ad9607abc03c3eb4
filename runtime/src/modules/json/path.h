// Where in the value an encoder is: $.users[3].name
#pragma once

#include <lua.hpp>

namespace arun::json {

// A walk keeps, for each container it is in, a frame of `stride` stack slots; the key it is at is the last of them.
struct Trail {
  int base;    // the first slot of the first frame
  int stride;  // slots of a frame
  int depth;   // frames
};

// Raises an error of kind "json" with `path` and the message "PATH: FORMATTED" (the format is lua_pushfstring's).
int raise_at(lua_State* L, const Trail& trail, const char* format, ...);

// Pushes the path as a string. Of a very long one the middle is left out.
void push_path(lua_State* L, const Trail& trail);

}  // namespace arun::json
