// Answers those who look into a running program: a thread with a Unix socket, which asks the program's own thread for
// the text, and says so when that does not come to answer.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace arun::inspect {

// "ps", "tree" or "stack", and for the last which task.
struct Question {
  std::string what;
  std::string which;
};

struct Answer {
  bool ok = false;
  std::string text;
};

class Server {
 public:
  // Called in the server's thread when there is a question: brings the program's thread to call answer_waiting().
  using Wake = std::function<void()>;
  using Ask = std::function<Answer(const Question&)>;

  Server() = default;
  ~Server() { close(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Makes the socket and starts the thread; what went wrong, or "".
  std::string open(Wake wake);
  void close();
  bool is_open() const { return listener_ >= 0; }

  // In the program's own thread: whether a question waits, and its answer.
  bool has_question() const { return has_question_.load(std::memory_order_relaxed); }
  void answer_waiting(const Ask& ask);

 private:
  enum class State : std::uint8_t { none, waiting, answering, answered };

  void run();
  void serve(int fd);
  Answer ask(const Question& question);
  std::string listen();

  int listener_ = -1;
  int stop_ = -1;  // an eventfd that ends the thread
  std::string path_;
  Wake wake_;
  std::thread thread_;

  std::atomic<bool> has_question_{false};
  // One question at a time; what follows is guarded by the mutex.
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::none;
  Question question_;
  Answer answer_;
};

}  // namespace arun::inspect
