#include "inspect.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "arun/runtime.h"
#include "inspect/sockets.h"

namespace arun::host {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
// A program that answers does so in two seconds, if only that it is busy.
constexpr int kPatienceMilliseconds = 5000;

int fail(int code, const std::string& message) {
  std::fprintf(stderr, "arun: %s\n", message.c_str());
  return code;
}

// The words of its command line; "" when there is none to be read.
std::string command_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/cmdline");
  std::string words{std::istreambuf_iterator<char>(file), {}};
  while (!words.empty() && words.back() == '\0') words.pop_back();
  std::replace_if(
      words.begin(), words.end(), [](unsigned char c) { return c < ' '; }, ' ');
  return words;
}

int list_programs() {
  std::vector<inspect::Socket> sockets = inspect::live_sockets();
  if (sockets.empty()) {
    return fail(kFailed, "no program can be looked into: start one with 'arun --inspect SCRIPT', or send one SIGUSR1");
  }
  std::printf("%-10s  COMMAND\n", "PID");
  for (const inspect::Socket& one : sockets) {
    std::printf("%-10s  %s\n", one.name.c_str(), command_of(one.name.substr(0, one.name.find('.'))).c_str());
  }
  return 0;
}

// "1234", or "1234.2" for the second runtime of a process. 0 is none: to kill(2) it means others.
bool is_process_number(std::string_view text) {
  std::size_t dot = std::min(text.find('.'), text.size());
  auto digits = [](std::string_view part) {
    constexpr std::size_t kMostDigits = 9;
    return !part.empty() && part[0] != '0' && part.size() <= kMostDigits &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  return digits(text.substr(0, dot)) && (dot == text.size() || digits(text.substr(dot + 1)));
}

// Why there is no socket of this name.
int explain(const std::string& name) {
  std::string pid = name.substr(0, name.find('.'));
  if (kill(std::stoi(pid), 0) == 0) {
    return fail(kFailed, "process " + name +
                             " cannot be looked into: start it with 'arun --inspect', or, if it is an "
                             "arun program, send it SIGUSR1 (kill -USR1 " +
                             pid + ")");
  }
  if (errno == EPERM) return fail(kFailed, "permission denied: process " + name + " is another user's");
  return fail(kFailed, "no such process: " + name);
}

// Reads to the end; false when the other side goes silent.
bool read_all(int fd, std::string* text) {
  for (;;) {
    pollfd poll{fd, POLLIN, 0};
    if (::poll(&poll, 1, kPatienceMilliseconds) == 0) return false;
    char part[16 * 1024];
    ssize_t count = read(fd, part, sizeof part);
    if (count == 0) return true;
    if (count > 0) text->append(part, static_cast<std::size_t>(count));
    if (count < 0 && errno != EAGAIN && errno != EINTR) return false;
  }
}

int ask(const std::string& name, const std::string& question) {
  int fd = -ENOENT;
  for (const std::string& directory : inspect::directories()) {
    fd = inspect::connect_to(directory + "/" + name);
    if (fd >= 0) break;
    if (fd == -EACCES) return fail(kFailed, "permission denied: process " + name + " is another user's");
  }
  if (fd < 0) return explain(name);
  std::string answer;
  bool whole = send(fd, question.data(), question.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(question.size()) &&
               read_all(fd, &answer);
  close(fd);
  if (!whole || answer.size() < 2) return fail(kFailed, "process " + name + " does not answer: it is stopped, or ends");
  if (answer[0] != '0') return fail(kFailed, answer.substr(2, answer.find_last_not_of('\n') - 1));
  std::fwrite(answer.data() + 2, 1, answer.size() - 2, stdout);
  return std::fflush(stdout) == 0 ? 0 : kFailed;
}

int help(const std::string& command) {
  std::string arguments = command == "ps" ? " [PID]" : command == "tree" ? " PID" : " PID [TASK]";
  const char* what =
      command == "ps"     ? "The tasks of a running program; without PID, the programs that can be looked into."
      : command == "tree" ? "The tasks of a running program as a tree of scopes."
                          : "Where the tasks of a running program are, or where this one is, with those it waits for.";
  std::printf(
      "Usage: arun %s%s\n\n%s\nTASK is a number or a name that 'arun ps PID' shows. A script of this name: arun "
      "./%s\n",
      command.c_str(), arguments.c_str(), what, command.c_str());
  return 0;
}

// A signal handler has no other way to its runtime.
Runtime* inspected_runtime = nullptr;
pthread_t runtime_thread;

void on_inspect(int number) {
  int error = errno;
  if (pthread_equal(runtime_thread, pthread_self())) {
    inspected_runtime->inspect();
  } else {
    pthread_kill(runtime_thread, number);
  }
  errno = error;
}

}  // namespace

std::optional<int> run_inspect_command(int count, char** values) {
  std::string command = count > 1 ? values[1] : "";
  if (command != "ps" && command != "tree" && command != "stack") return std::nullopt;
  if (count > 2 && (std::strcmp(values[2], "--help") == 0 || std::strcmp(values[2], "-h") == 0)) return help(command);
  if (count == 2 && command == "ps") return list_programs();
  if (count == 2) return fail(kUsage, command + " of which process? 'arun ps' lists those that can be looked into");
  int most = command == "stack" ? 4 : 3;
  if (count > most) return fail(kUsage, std::string("unexpected argument '") + values[most] + "'");
  if (!is_process_number(values[2])) {
    return fail(kUsage, std::string("a process number expected, got '") + values[2] + "'");
  }
  std::string which = count > 3 ? std::string(" ") + values[3] : "";
  if (which.find('\n') != std::string::npos) return fail(kFailed, "there is no such task");
  return ask(values[2], command + which + "\n");
}

void handle_inspect_signal(Runtime* runtime) {
  inspected_runtime = runtime;
  runtime_thread = pthread_self();
  struct sigaction action {};
  action.sa_handler = on_inspect;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
}

}  // namespace arun::host
