#include <algorithm>
#include <array>

#include "kernel/report/overview.h"
#include "kernel/report/task_facts.h"

namespace arun::kernel {
namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

Row row_of(const TaskFacts& facts, const Task* task) {
  std::string used = facts.cpu_time(task);
  return {std::to_string(task->id),
          LiveTasks::state(task),
          facts.waited(task),
          used.empty() ? "-" : used,
          std::to_string(facts.handles(task)),
          facts.name(task),
          facts.tasks().waits_for(task)};
}

// How many columns of a terminal the text takes: one for each character of UTF-8.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

std::string table_of_tasks(const LiveTasks& tasks) {
  TaskFacts facts(tasks);
  std::vector<Row> rows{{"ID", "STATE", "FOR", "CPU", "HANDLES", "NAME", "WAITS FOR"}};
  for (const Task* task : tasks.all()) rows.push_back(row_of(facts, task));
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < kColumns; ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]) + 2, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace arun::kernel
