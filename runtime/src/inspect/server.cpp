#include "inspect/server.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "inspect/sockets.h"

namespace arun::inspect {
namespace {

// Whoever asks learns after this time that the program does not come to answer; and has as long to say what he wants,
// and to take the answer.
constexpr std::chrono::seconds kPatience{2};
constexpr int kPatienceMilliseconds = 2000;
constexpr std::size_t kLongestQuestion = 1024;
// Sockets of one process, one for each runtime.
constexpr int kMostRuntimes = 1000;

bool wait_for(int fd, short events) {
  pollfd poll{fd, events, 0};
  int count = 0;
  do {
    count = ::poll(&poll, 1, kPatienceMilliseconds);
  } while (count < 0 && errno == EINTR);
  return count > 0;
}

bool is_same_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

// A line of what the other side says: "stack worker".
bool read_question(int fd, Question* question) {
  std::string line;
  while (line.find('\n') == std::string::npos) {
    char part[256];
    if (line.size() > kLongestQuestion || !wait_for(fd, POLLIN)) return false;
    ssize_t count = read(fd, part, sizeof part);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    line.append(part, static_cast<std::size_t>(count));
  }
  line.resize(line.find('\n'));
  std::size_t space = std::min(line.find(' '), line.size());
  question->what = line.substr(0, space);
  question->which = space < line.size() ? line.substr(space + 1) : "";
  return true;
}

// "0" or "1", the exit code of whoever asked, then the text.
void write_answer(int fd, const Answer& answer) {
  std::string text = (answer.ok ? "0\n" : "1\n") + answer.text;
  for (std::size_t sent = 0; sent < text.size();) {
    ssize_t count = send(fd, text.data() + sent, text.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count < 0 && errno == EAGAIN && wait_for(fd, POLLOUT)) continue;
    if (count < 0 && errno != EINTR) return;
  }
}

}  // namespace

std::string Server::listen() {
  for (const std::string& directory : directories()) {
    if (!prepare_directory(directory)) continue;
    for (int number = 1; number <= kMostRuntimes; ++number) {
      path_ = directory + "/" + std::to_string(getpid()) + (number > 1 ? "." + std::to_string(number) : "");
      sockaddr_un address;
      if (!set_address(path_, &address)) break;
      listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      if (listener_ < 0) return std::strerror(errno);
      fchmod(listener_, 0600);  // the mode of what bind makes
      bool bound = bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
      if (bound && ::listen(listener_, SOMAXCONN) == 0) return "";
      int error = errno;
      ::close(std::exchange(listener_, -1));
      if (bound || error != EADDRINUSE) return std::string(path_) + ": " + std::strerror(error);
    }
  }
  return "there is no directory for its socket: neither $XDG_RUNTIME_DIR nor /tmp can be used";
}

std::string Server::open(Wake wake) {
  live_sockets();  // which removes those of programs that are gone
  std::string problem = listen();
  if (!problem.empty()) return problem;
  stop_ = eventfd(0, EFD_CLOEXEC);
  wake_ = std::move(wake);
  // The program's signals are its own thread's.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { run(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return "";
}

void Server::close() {
  if (listener_ < 0) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    state_ = State::answered;
    answer_ = {false, "the program has ended\n"};
  }
  changed_.notify_all();
  eventfd_write(stop_, 1);
  thread_.join();
  unlink(path_.c_str());
  ::close(std::exchange(listener_, -1));
  ::close(std::exchange(stop_, -1));
}

void Server::run() {
  for (;;) {
    pollfd polled[] = {{listener_, POLLIN, 0}, {stop_, POLLIN, 0}};
    if (poll(polled, 2, -1) < 0 && errno != EINTR) return;
    if (polled[1].revents != 0) return;
    int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    serve(fd);
    ::close(fd);
  }
}

void Server::serve(int fd) {
  Question question;
  if (!is_same_user(fd) || !read_question(fd, &question)) return;
  write_answer(fd, ask(question));
}

Answer Server::ask(const Question& question) {
  std::unique_lock<std::mutex> lock(mutex_);
  if (state_ == State::answered) return answer_;  // it ends
  state_ = State::waiting;
  question_ = question;
  has_question_.store(true);
  wake_();
  bool came = changed_.wait_for(lock, kPatience, [this] { return state_ != State::waiting; });
  if (!came) {
    state_ = State::none;
    return {false,
            "the program has not come to answer for 2 s: it is inside a C function that does not return (os.execute, "
            "a read of io, a library), or stopped\n"};
  }
  changed_.wait(lock, [this] { return state_ == State::answered; });
  Answer answer = std::move(answer_);
  state_ = State::none;
  return answer;
}

void Server::answer_waiting(const Ask& ask) {
  if (!has_question_.exchange(false)) return;
  Question question;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (state_ != State::waiting) return;
    state_ = State::answering;
    question = question_;
  }
  Answer answer = ask(question);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    answer_ = std::move(answer);
    state_ = State::answered;
  }
  changed_.notify_all();
}

}  // namespace arun::inspect
