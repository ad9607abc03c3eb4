#include "kernel/report/json.h"

#include <cstdio>
#include <string_view>
#include <utility>

#include "text/utf8.h"

namespace arun::kernel {
namespace {

// Writes JSON, with commas where they belong. (The json module's encoder writes Lua values, and is not always there.)
class JsonWriter {
 public:
  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void key(std::string_view name) {
    separate();
    quote(name);
    out_ += ':';
    first_ = true;  // its value follows without a comma
  }
  void text(std::string_view value) {
    separate();
    quote(value);
  }
  void integer(std::size_t value) {
    separate();
    out_ += std::to_string(value);
  }
  void milliseconds(double seconds) {
    separate();
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.3f", seconds);
    out_ += digits;
  }
  // A field that is left out when the text is empty.
  void field(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    key(name);
    text(value);
  }

  std::string take() { return std::move(out_); }

 private:
  void separate() {
    if (!first_) out_ += ',';
    first_ = false;
  }

  // What is no UTF-8 becomes U+FFFD, byte by byte.
  void quote(std::string_view text) {
    out_ += '"';
    const char* end = text.data() + text.size();
    for (const char* at = text.data(); at < end;) {
      int length = utf8::sequence_length(at, end);
      if (length == 0) {
        out_ += "\xEF\xBF\xBD";
        ++at;
        continue;
      }
      auto byte = static_cast<unsigned char>(*at);
      if (byte == '"' || byte == '\\') out_ += '\\';
      if (byte < 0x20 || byte == 0x7F) {
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(byte));
        out_ += escape;
      } else {
        out_.append(at, static_cast<std::size_t>(length));
      }
      at += length;
    }
    out_ += '"';
  }

  bool first_ = true;
  std::string out_;
};

void write_frames(JsonWriter& json, const std::vector<Frame>& frames) {
  if (frames.empty()) return;
  json.key("traceback");
  json.open('[');
  for (const Frame& frame : frames) {
    json.open('{');
    json.field("file", frame.file);
    if (frame.line > 0) {
      json.key("line");
      json.integer(static_cast<std::size_t>(frame.line));
    }
    json.field("function", frame.file.empty() ? frame.text : frame.function);
    json.field("source", frame.source);
    json.close('}');
  }
  json.close(']');
}

void write_task(JsonWriter& json, const TaskStory& task) {
  json.open('{');
  json.field("name", task.names[0]);
  if (task.count > 1) {
    json.key("count");
    json.integer(task.count);
  }
  json.field("created_at", task.created_at);
  json.field("state", task.state);
  json.field("waits_for", task.waits_for);
  if (task.seconds >= 0) {
    json.key("seconds");
    json.milliseconds(task.seconds);
  }
  if (task.left_out_before > 0) {
    json.key("left_out_before");
    json.integer(task.left_out_before);
  }
  write_frames(json, task.frames);
  json.close('}');
}

}  // namespace

std::string to_json(const Report& report) {
  JsonWriter json;
  json.open('{');
  json.field("kind", report.kind);
  json.key("message");
  json.text(report.message);
  json.field("error_kind", report.error_kind);
  json.field("code", report.code);
  json.field("source", report.source);
  if (!report.notes.empty()) {
    json.key("notes");
    json.open('[');
    for (const std::string& note : report.notes) json.text(note);
    json.close(']');
  }
  if (!report.tasks.empty()) {
    json.key("tasks");
    json.open('[');
    for (const TaskStory& task : report.tasks) write_task(json, task);
    json.close(']');
  }
  if (!report.items.empty()) {
    json.key("handles");
    json.open('[');
    for (const Item& item : report.items) {
      json.open('{');
      json.field("what", item.what);
      json.field("opened_at", item.place);
      json.field("task", item.task);
      json.close('}');
    }
    json.close(']');
  }
  if (report.left_out > 0) {
    json.key("left_out");
    json.integer(report.left_out);
  }
  json.close('}');
  return json.take() + "\n";
}

}  // namespace arun::kernel
