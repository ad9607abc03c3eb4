#include "kernel/report.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/failure.h"
#include "lua/place.h"

namespace arun::kernel {
namespace {

// Line `number` of a file, without its indentation; empty when there is none, and when it is no text that a terminal
// could show.
std::string source_line(const std::string& file, int number) {
  std::ifstream stream(file);
  std::string line;
  for (int i = 0; i < number; ++i) {
    if (!std::getline(stream, line)) return "";
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  std::size_t start = line.find_first_not_of(" \t");
  if (std::any_of(line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0 && c != '\t'; }))
    return "";
  return start == std::string::npos ? "" : line.substr(start);
}

// For a line of a traceback ("\tmain.lua:12: in function 'f'") the source line it names.
std::string quoted_source(std::string_view frame) {
  if (frame.empty() || frame[0] != '\t') return "";
  std::size_t in = frame.find(": in ");
  if (in == std::string_view::npos) return "";
  std::size_t colon = frame.rfind(':', in - 1);
  if (colon == std::string_view::npos || colon < 2) return "";
  int number = 0;
  for (std::size_t i = colon + 1; i < in; ++i) {
    if (frame[i] < '0' || frame[i] > '9') return "";
    number = number * 10 + (frame[i] - '0');
  }
  return number > 0 ? source_line(std::string(frame.substr(1, colon - 1)), number) : "";
}

// The script's part of the stack.
void append_stack(std::string* out, lua_State* thread) {
  lua_Debug ar;
  for (int level = 0; lua_getstack(thread, level, &ar) != 0; ++level) {
    lua_getinfo(thread, "Sl", &ar);
    if (ar.currentline < 0 || lua::is_own_part(ar.source)) continue;
    char frame[2 * LUA_IDSIZE + 64];
    if (*ar.what == 'm') {
      std::snprintf(frame, sizeof frame, "\t%s:%d: in main chunk\n", ar.short_src, ar.currentline);
    } else {
      std::snprintf(frame, sizeof frame, "\t%s:%d: in function <%s:%d>\n", ar.short_src, ar.currentline, ar.short_src,
                    ar.linedefined);
    }
    out->append(frame);
  }
}

std::string seconds_text(Nanoseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f s", static_cast<double>(time) / 1e9);
  return text;
}

// The tasks of a deadlock. Those made at one place that wait for the same in the same place are told as one.
class WaitingTasks {
 public:
  WaitingTasks(Kernel& kernel, std::uint32_t first_id) : kernel_(kernel), first_id_(first_id) {}

  void add(const Task* task) {
    if (task->id < first_id_) return;
    std::string what = "nothing";
    if (task->operation != nullptr) task->operation->describe(&what);
    what += '\n';
    if (task->thread != nullptr) append_stack(&what, task->thread);
    auto same = std::find_if(alike_.begin(), alike_.end(), [&](const Alike& alike) {
      return alike.place == task->origin.place && alike.what == what;
    });
    if (same == alike_.end()) {
      if (alike_.size() == kMostShown) {
        ++left_out_;
        return;
      }
      same = alike_.insert(same, Alike{task->origin.place, std::move(what), {}, 0});
    }
    ++same->count;
    std::string name = "'" + task_name(kernel_, task) + "'";
    auto& names = same->names;
    if (names.size() <= kMostNames && std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }

  bool any() const { return !alike_.empty(); }

  std::string text() const {
    std::string out;
    for (const Alike& alike : alike_) {
      bool one = alike.count == 1;
      out += one ? "task " : std::to_string(alike.count) + " tasks ";
      for (std::size_t i = 0; i < alike.names.size(); ++i) {
        out += (i > 0 ? ", " : "") + (i < kMostNames ? alike.names[i] : "...");
      }
      if (alike.place != 0) out += " (created at " + kernel_.places.text(alike.place) + ")";
      out += (one ? " waits for " : " wait for ") + alike.what;
    }
    if (left_out_ > 0) out += "and " + std::to_string(left_out_) + " more tasks, left out here\n";
    return out;
  }

 private:
  static constexpr std::size_t kMostShown = 20;
  static constexpr std::size_t kMostNames = 3;

  struct Alike {
    std::uint32_t place;
    std::string what;                // they wait for, and where
    std::vector<std::string> names;  // of some, each once; one more than are shown says that there are more
    std::size_t count;
  };

  Kernel& kernel_;
  std::uint32_t first_id_;
  std::vector<Alike> alike_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::string with_sources(const std::string& text) {
  std::string out;
  std::size_t start = 0;
  while (start < text.size()) {
    std::size_t end = text.find('\n', start);
    if (end == std::string::npos) end = text.size();
    std::string_view line(text.data() + start, end - start);
    out.append(line).append("\n");
    std::string source = quoted_source(line);
    if (!source.empty()) out.append("\t    ").append(source).append("\n");
    start = end + 1;
  }
  return out;
}

std::string failure_text(lua_State* L, int index) {
  return with_sources(describe_failure(L, index));
}

void report_failure(Kernel& kernel, lua_State* L, int index) {
  ++kernel.unhandled_failures;
  std::string text = describe_failure(L, index);
  // An error in compiling has no traceback: its place is in the message.
  if (!is_failure(L, index)) {
    std::string source = quoted_source("\t" + text.substr(0, text.find(": ", text.find(':') + 1)) + ": in ");
    if (!source.empty()) text += "\n\t    " + source;
  }
  kernel.write_report(with_sources("arun: " + text));
}

void report_unawaited(Kernel& kernel, Origin origin) {
  const std::string& known = kernel.places.name(origin.name);
  kernel.write_report("arun: warning: coroutine '" + (known.empty() ? "?" : known) + "' was never awaited (made at " +
                      kernel.places.text(origin.place) + ")\n");
}

std::string describe_slow(Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited) {
  const Task* task = kernel.scheduler.running();
  std::string text = task_label(kernel, task) + " has held the loop for " + seconds_text(held);
  lua_getinfo(L, "Sn", ar);
  if (waited > 0 && ar->event == LUA_HOOKRET && *ar->what == 'C') {
    text += ", the last " + seconds_text(waited) + " of it in ";
    text += ar->name != nullptr ? "the C function '" + std::string(ar->name) + "'" : "a C function";
  }
  text += '\n';
  append_stack(&text, L);
  if (L != task->thread) append_stack(&text, task->thread);
  return with_sources(text);
}

void report_slow(Kernel& kernel, lua_State* L, lua_Debug* ar, Nanoseconds held, Nanoseconds waited) {
  kernel.write_report("arun: " + describe_slow(kernel, L, ar, held, waited));
}

void describe_tasks(Kernel& kernel, std::uint32_t first_id, const std::function<void(const std::string&)>& write) {
  WaitingTasks tasks(kernel, first_id);
  kernel.scheduler.for_each_task([](void* to, Task* task) { static_cast<WaitingTasks*>(to)->add(task); }, &tasks);
  if (tasks.any()) write(with_sources(tasks.text()));
}

void report_deadlock(Kernel& kernel) {
  kernel.write_report("arun: deadlock: " + std::to_string(kernel.scheduler.alive()) +
                      " task(s) wait and nothing can wake them\n");
  describe_tasks(kernel, 0, kernel.write_report);
}

}  // namespace arun::kernel
