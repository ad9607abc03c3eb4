#include "kernel/report/failure_report.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "kernel/failure.h"
#include "kernel/kernel.h"

namespace arun::kernel {
namespace {

// A longer chain of tasks is shown by its two ends.
constexpr std::size_t kMostTasksShown = 20;

// The field of the table at the index as text; "" when it is none.
template <class Get>
std::string text_field(lua_State* L, Get get) {
  get();
  std::string text = lua_type(L, -1) == LUA_TSTRING || lua_isinteger(L, -1) != 0 ? lua_tostring(L, -1) : "";
  lua_pop(L, 1);
  return text;
}

std::string text_field(lua_State* L, int index, int key) {
  return text_field(L, [&] { lua_rawgeti(L, index, key); });
}

// Kind and code of an error object.
void tell_kind(lua_State* L, int index, Report* report) {
  if (!lua_istable(L, index)) return;
  auto field = [&](const char* name) {
    return text_field(L, [&] {
      lua_pushstring(L, name);
      lua_rawget(L, index);
    });
  };
  report->error_kind = field("kind");
  report->code = field("code");
}

TaskStory story_of(lua_State* L, int record) {
  TaskStory story;
  lua_rawgeti(L, record, kFailureTask);
  const char* prefix = lua_isinteger(L, -1) != 0 ? "task-" : "";
  lua_pop(L, 1);
  story.names.push_back(prefix + text_field(L, record, kFailureTask));
  lua_rawgeti(L, record, kFailureOrigin);
  auto place = static_cast<std::uint32_t>(lua_tointeger(L, -1));
  lua_pop(L, 1);
  if (place != 0) story.created_at = kernel_of(L).places.text(place);
  story.frames = parse_traceback(text_field(L, record, kFailureTraceback));
  return story;
}

// No record was made: memory was out, or the chunk did not compile, whose place is in the message.
Report plain_report(lua_State* L, int index) {
  Report report;
  tell_kind(L, index, &report);
  if (lua_type(L, index) == LUA_TSTRING) {
    report.message = lua_tostring(L, index);
  } else {
    if (lua_istable(L, index)) {
      report.message = text_field(L, [&] {
        lua_pushliteral(L, "message");
        lua_rawget(L, index);
      });
    }
    if (report.message.empty()) report.message = luaL_typename(L, index);
  }
  report.source = source_of_message(report.message);
  return report;
}

}  // namespace

Report make_failure_report(lua_State* L, int index) {
  lua_checkstack(L, 8);
  index = lua_absindex(L, index);
  if (!is_failure(L, index)) return plain_report(L, index);
  Report report;
  report.message = text_field(L, index, kFailureMessage);
  lua_rawgeti(L, index, kFailureValue);
  tell_kind(L, lua_gettop(L), &report);
  lua_pop(L, 1);
  // The record on hand is the outermost; the report goes from where the error was raised outwards.
  std::size_t count = 0;
  lua_pushvalue(L, index);
  for (; lua_istable(L, -1); ++count) {
    lua_rawgeti(L, -1, kFailureCause);
    lua_remove(L, -2);
  }
  lua_pop(L, 1);
  std::size_t left_out = count > kMostTasksShown ? count - kMostTasksShown : 0;
  std::size_t outer_shown = left_out > 0 ? kMostTasksShown / 2 : count;
  lua_pushvalue(L, index);
  for (std::size_t i = 0; i < count; ++i) {
    if (i < outer_shown || i >= outer_shown + left_out) report.tasks.push_back(story_of(L, lua_gettop(L)));
    if (left_out > 0 && i + 1 == outer_shown) report.tasks.back().left_out_before = left_out;
    lua_rawgeti(L, -1, kFailureCause);
    lua_remove(L, -2);
  }
  lua_pop(L, 1);
  std::reverse(report.tasks.begin(), report.tasks.end());
  return report;
}

}  // namespace arun::kernel
