#include "kernel/report/text.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

namespace arun::kernel {
namespace {

// Words and the sequences of ECMA-48 around them.
class Writer {
 public:
  explicit Writer(bool colours) : colours_(colours) {}

  void plain(std::string_view text) { out_ += text; }
  void styled(const char* style, std::string_view text) {
    if (!colours_) return plain(text);
    out_.append("\033[").append(style).append("m").append(text).append("\033[0m");
  }

  void frames(const std::vector<Frame>& frames) {
    for (const Frame& frame : frames) {
      out_.append("\t").append(frame.text).append("\n");
      source(frame.source);
    }
  }

  void source(const std::string& source) {
    if (source.empty()) return;
    plain("\t    ");
    styled(kDim, source);
    plain("\n");
  }

  // A message may hold a traceback, which is shown as any other.
  void message(const char* style, std::string_view text) {
    while (!text.empty()) {
      std::size_t end = std::min(text.find('\n'), text.size());
      if (text[0] == '\t') {
        frames(parse_traceback(text.substr(0, end)));
      } else {
        styled(style, text.substr(0, end));
        plain("\n");
      }
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  std::string take() { return std::move(out_); }

  static constexpr const char* kRed = "1;31";
  static constexpr const char* kBold = "1";
  static constexpr const char* kDim = "2";
  static constexpr const char* kNone = "0";

 private:
  bool colours_;
  std::string out_;
};

std::string created(const TaskStory& task) {
  return task.created_at.empty() ? "" : " (created at " + task.created_at + ")";
}

// The tasks that an error came through.
void write_chain(Writer& writer, const Report& report) {
  for (std::size_t i = 0; i < report.tasks.size(); ++i) {
    const TaskStory& task = report.tasks[i];
    if (task.left_out_before > 0) {
      writer.plain("awaited by " + std::to_string(task.left_out_before) + " more tasks, left out here\n");
    }
    if (i > 0) writer.plain("awaited by\n");
    if (!task.frames.empty()) writer.plain("stack traceback:\n");
    writer.frames(task.frames);
    writer.plain(task.names[0].empty() ? "in ?\n" : "in task '" + task.names[0] + "'" + created(task) + "\n");
  }
}

void write_side_by_side(Writer& writer, const Report& report) {
  for (const TaskStory& task : report.tasks) {
    std::string label = task.count == 1 ? "task " : std::to_string(task.count) + " tasks ";
    for (std::size_t i = 0; i < task.names.size(); ++i) {
      label += (i > 0 ? ", " : "");
      label += task.names[i] == "..." ? "..." : "'" + task.names[i] + "'";
    }
    writer.plain(label + created(task) + " " + task.doing + "\n");
    writer.frames(task.frames);
  }
  if (report.left_out > 0 && !report.tasks.empty()) {
    writer.plain("and " + std::to_string(report.left_out) + " more tasks, left out here\n");
  }
}

void write_items(Writer& writer, const Report& report) {
  for (const Item& item : report.items) {
    writer.plain("\t" + item.what + " (opened at " + item.place);
    if (!item.task.empty()) writer.plain(" by task '" + item.task + "'");
    writer.plain(")\n");
  }
  if (report.left_out > 0 && !report.items.empty()) {
    writer.plain("\tand " + std::to_string(report.left_out) + " more, left out here\n");
  }
}

bool is(const Report& report, const char* kind) {
  return std::strcmp(report.kind, kind) == 0;
}

// What stands before the message.
const char* heading(const Report& report) {
  if (is(report, "warning") || is(report, "unawaited")) return "arun: warning: ";
  return is(report, "deadlock") ? "arun: deadlock: " : "arun: ";
}

}  // namespace

std::string to_text(const Report& report, bool colours) {
  Writer writer(colours);
  bool fatal = is(report, "error") || is(report, "deadlock");
  writer.message(fatal ? Writer::kRed : Writer::kBold, heading(report) + report.message);
  writer.source(report.source);
  for (const std::string& note : report.notes) writer.plain(note + "\n");
  if (is(report, "error")) {
    write_chain(writer, report);
  } else if (is(report, "slow")) {
    writer.frames(report.tasks[0].frames);  // the message names it
  } else {
    write_side_by_side(writer, report);
  }
  write_items(writer, report);
  return writer.take();
}

std::string tasks_as_text(const Report& report) {
  Writer writer(false);
  for (const std::string& note : report.notes) writer.plain(note + "\n");
  write_side_by_side(writer, report);
  return writer.take();
}

std::string with_sources(const std::string& text) {
  Writer writer(false);
  writer.message(Writer::kNone, text);
  return writer.take();
}

std::string duration_text(double seconds) {
  constexpr int kMinute = 60;
  constexpr int kHour = 3600;
  constexpr int kDay = 24 * kHour;
  char text[48];
  auto whole = static_cast<long long>(seconds);
  if (whole < kMinute) {
    std::snprintf(text, sizeof text, "%.1f s", seconds);
  } else if (whole < kHour) {
    std::snprintf(text, sizeof text, "%lld min %lld s", whole / kMinute, whole % kMinute);
  } else if (whole < kDay) {
    std::snprintf(text, sizeof text, "%lld h %lld min", whole / kHour, whole % kHour / kMinute);
  } else {
    std::snprintf(text, sizeof text, "%lld d %lld h", whole / kDay, whole % kDay / kHour);
  }
  return text;
}

}  // namespace arun::kernel
