#include "modules/json/encoder.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "modules/json/path.h"
#include "modules/json/scalars.h"

namespace arun::json {
namespace {

// Each table being written has a frame of stack slots that begins with the table and ends with the key it is at; the
// value lies above. Between them, when keys are sorted: the table of keys, and the buffer they were sorted in.
constexpr int kFrame = 2;
constexpr int kSortedFrame = 4;

struct SortedKey {
  const char* text;
  size_t length;
  lua_Integer index;  // in the table of keys
};

class Encoder {
 public:
  Encoder(lua_State* L, EncoderState& state, const EncodeOptions& options)
      : L_(L),
        state_(state),
        out_(state.out),
        options_(options),
        trail_{lua_gettop(L), options.sort_keys ? kSortedFrame : kFrame, 0} {}

  void value(int index) {
    switch (lua_type(L_, index)) {
      case LUA_TSTRING:
        return string(index);
      case LUA_TNUMBER:
        return lua_isinteger(L_, index) ? write_integer(L_, out_, lua_tointeger(L_, index)) : number(index);
      case LUA_TBOOLEAN:
        return lua_toboolean(L_, index) ? out_.put(L_, "true") : out_.put(L_, "false");
      case LUA_TTABLE:
        return table(index);
      case LUA_TUSERDATA:
        if (lua_touserdata(L_, index) == options_.null) return out_.put(L_, "null");
        break;
      case LUA_TNIL:
        raise_at(L_, trail_, "cannot encode nil (null is json.null)");
        break;
      default:
        break;
    }
    const char* type = luaL_typename(L_, index);
    if (luaL_getmetafield(L_, index, "__name") == LUA_TSTRING) type = lua_tostring(L_, -1);
    raise_at(L_, trail_, "cannot encode a %s", type);
  }

 private:
  int key_slot(int frame) const { return frame + trail_.stride - 1; }

  // The place of the table itself, not of a value in it.
  Trail here() const { return {trail_.base, trail_.stride, trail_.depth - 1}; }

  void number(int index) {
    lua_Number number = lua_tonumber(L_, index);
    if (!std::isfinite(number)) {
      raise_at(L_, trail_, "cannot encode %s", std::isnan(number) ? "NaN" : number > 0 ? "infinity" : "-infinity");
    }
    write_float(L_, out_, number);
  }

  void string(int index) {
    size_t length = 0;
    const char* text = lua_tolstring(L_, index, &length);
    if (!write_string(L_, out_, text, length)) raise_at(L_, trail_, "cannot encode a string that is not UTF-8");
  }

  void key(int index) {
    size_t length = 0;
    const char* text = lua_tolstring(L_, index, &length);
    if (!write_string(L_, out_, text, length)) raise_at(L_, trail_, "cannot encode a key that is not UTF-8");
    out_.put(L_, ':');
    if (options_.indent != 0) out_.put(L_, ' ');
  }

  void table(int frame) {
    enter(frame);
    lua_settop(L_, key_slot(frame));  // the key slot is nil: lua_next begins
    bool marked = is_marked(frame);
    if (lua_next(L_, frame) == 0) {
      out_.put(L_, marked ? "[]" : "{}");
      --trail_.depth;
      lua_settop(L_, frame);
      return;
    }
    if (trail_.depth > kMaxDepth) raise_at(L_, here(), "nested deeper than %d levels", kMaxDepth);
    state_.ancestors[static_cast<size_t>(trail_.depth - 1)] = lua_topointer(L_, frame);
    if (marked || lua_type(L_, key_slot(frame)) != LUA_TSTRING) {
      array(frame);
    } else if (options_.sort_keys) {
      sorted_object(frame);
    } else {
      object(frame);
    }
    --trail_.depth;
    lua_settop(L_, frame);
  }

  void enter(int frame) {
    const void* table = lua_topointer(L_, frame);
    const void* const* first = state_.ancestors.data();
    const void* const* last = first + trail_.depth;
    const void* const* found = std::find(first, last, table);
    if (found != last) {
      Trail start{trail_.base, trail_.stride, static_cast<int>(found - first)};
      push_path(L_, start);
      raise_at(L_, trail_, "cannot encode a cycle (this is %s again)", lua_tostring(L_, -1));
    }
    luaL_checkstack(L_, trail_.stride + LUA_MINSTACK, "JSON");
    ++trail_.depth;
  }

  bool is_marked(int index) {
    if (lua_getmetatable(L_, index) == 0) return false;
    bool marked = lua_topointer(L_, -1) == options_.array_metatable;
    lua_pop(L_, 1);
    return marked;
  }

  void new_line() {
    if (options_.indent == 0) return;
    size_t spaces = static_cast<size_t>(options_.indent) * static_cast<size_t>(trail_.depth);
    out_.reserve(L_, spaces + 1);
    *out_.at++ = '\n';
    std::memset(out_.at, ' ', spaces);
    out_.at += spaces;
  }

  void close(char bracket) {
    --trail_.depth;
    new_line();
    ++trail_.depth;
    out_.put(L_, bracket);
  }

  // With the first key and value of the table on the stack, as in the two functions below. Writes as long as lua_next
  // gives 1, 2, 3, ..., which it does for arrays built in order.
  void array(int frame) {
    int key = key_slot(frame);
    lua_Integer written = 0;
    out_.put(L_, '[');
    do {
      if (!lua_isinteger(L_, key) || lua_tointeger(L_, key) != written + 1) {
        array_by_index(frame, written);
        break;
      }
      if (written++ != 0) out_.put(L_, ',');
      new_line();
      value(key + 1);
      lua_settop(L_, key);
    } while (lua_next(L_, frame) != 0);
    close(']');
  }

  // The rest of a table whose keys came in no order: it is an array when they are 1 to n all the same.
  void array_by_index(int frame, lua_Integer written) {
    int key = key_slot(frame);
    lua_Integer count = 0;
    lua_Integer largest = 0;
    lua_settop(L_, key - 1);
    lua_pushnil(L_);
    while (lua_next(L_, frame) != 0) {
      if (!lua_isinteger(L_, key) || lua_tointeger(L_, key) < 1) bad_key(frame);
      largest = std::max(largest, lua_tointeger(L_, key));
      ++count;
      lua_settop(L_, key);
    }
    lua_settop(L_, key - 1);
    if (largest != count) hole(frame);
    while (written < count) {
      lua_pushinteger(L_, ++written);
      lua_rawgeti(L_, frame, written);
      if (written != 1) out_.put(L_, ',');
      new_line();
      value(key + 1);
      lua_settop(L_, key - 1);
    }
  }

  [[noreturn]] void hole(int frame) {
    lua_Integer missing = 1;
    while (lua_rawgeti(L_, frame, missing) != LUA_TNIL) {
      lua_pop(L_, 1);
      ++missing;
    }
    raise_at(L_, here(), "cannot encode an array with a hole: there is no [%I] (keys of objects are strings)",
             static_cast<LUAI_UACINT>(missing));
    __builtin_unreachable();
  }

  // The key in the key slot does not go with the others, or is none that JSON has.
  [[noreturn]] void bad_key(int frame) {
    int key = key_slot(frame);
    lua_settop(L_, key);
    bool integer = lua_isinteger(L_, key) != 0;
    if (lua_type(L_, key) != LUA_TSTRING && !integer) {
      if (lua_type(L_, key) == LUA_TNUMBER) {
        raise_at(L_, here(), "cannot encode the key %f, which is no string", lua_tonumber(L_, key));
      }
      raise_at(L_, here(), "cannot encode a key of type %s", luaL_typename(L_, key));
    }
    if (is_marked(frame)) {
      raise_at(L_, here(),
               integer ? "cannot encode an array with the key %s" : "cannot encode an array with the key '%s'",
               lua_tostring(L_, key));
    }
    const char* name = find_key(frame, false);
    const char* number = find_key(frame, true);
    if (name == nullptr) raise_at(L_, here(), "cannot encode an array with the key %s: the first is 1", number);
    raise_at(L_, here(), "cannot encode a table with mixed keys, such as '%s' and %s", name, number);
    __builtin_unreachable();
  }

  // A key of the table that is an integer, or a string, as text that stays on the stack; null when there is none. Of
  // the integers, one that cannot be in an array if there is one.
  const char* find_key(int frame, bool integer) {
    lua_pushnil(L_);
    int found = lua_gettop(L_);
    lua_pushnil(L_);
    while (lua_next(L_, frame) != 0) {
      lua_pop(L_, 1);
      bool wanted = integer ? lua_isinteger(L_, -1) != 0 : lua_type(L_, -1) == LUA_TSTRING;
      if (!wanted) continue;
      if (lua_isnil(L_, found) || (integer && lua_tointeger(L_, -1) < 1)) lua_copy(L_, -1, found);
    }
    return lua_tostring(L_, found);
  }

  void object(int frame) {
    int key_index = key_slot(frame);
    char separator = '{';
    do {
      if (lua_type(L_, key_index) != LUA_TSTRING) bad_key(frame);
      out_.put(L_, separator);
      separator = ',';
      new_line();
      key(key_index);
      value(key_index + 1);
      lua_settop(L_, key_index);
    } while (lua_next(L_, frame) != 0);
    close('}');
  }

  // In byte order. Sorting allocates, so a finalizer may run and change the table: the keys are kept alive, and what is
  // gone when its turn comes is reported as nil.
  void sorted_object(int frame) {
    int key_index = key_slot(frame);
    int keys = frame + 1;
    lua_Integer count = 0;
    lua_newtable(L_);
    lua_replace(L_, keys);
    do {
      if (lua_type(L_, key_index) != LUA_TSTRING) bad_key(frame);
      lua_pop(L_, 1);
      lua_pushvalue(L_, key_index);
      lua_rawseti(L_, keys, ++count);
    } while (lua_next(L_, frame) != 0);
    auto* sorted = static_cast<SortedKey*>(lua_newuserdatauv(L_, sizeof(SortedKey) * static_cast<size_t>(count), 0));
    lua_replace(L_, frame + 2);
    for (lua_Integer index = 1; index <= count; ++index) {
      lua_rawgeti(L_, keys, index);
      SortedKey& entry = sorted[index - 1];
      entry.text = lua_tolstring(L_, -1, &entry.length);
      entry.index = index;
      lua_pop(L_, 1);
    }
    std::sort(sorted, sorted + count, [](const SortedKey& a, const SortedKey& b) {
      int order = std::memcmp(a.text, b.text, std::min(a.length, b.length));
      return order != 0 ? order < 0 : a.length < b.length;
    });
    char separator = '{';
    for (lua_Integer index = 0; index < count; ++index) {
      lua_settop(L_, key_index - 1);
      lua_rawgeti(L_, keys, sorted[index].index);
      lua_pushvalue(L_, key_index);
      lua_rawget(L_, frame);
      out_.put(L_, separator);
      separator = ',';
      new_line();
      key(key_index);
      value(key_index + 1);
    }
    close('}');
  }

  lua_State* L_;
  EncoderState& state_;
  Buffer& out_;
  const EncodeOptions& options_;
  Trail trail_;
};

static_assert(std::is_trivially_destructible_v<Encoder>);  // Lua may jump out of its frames

}  // namespace

void encode_top(lua_State* L, EncoderState& state, const EncodeOptions& options) {
  state.out.at = state.out.begin;
  luaL_checkstack(L, LUA_MINSTACK, "JSON");
  Encoder(L, state, options).value(lua_gettop(L));
}

}  // namespace arun::json
