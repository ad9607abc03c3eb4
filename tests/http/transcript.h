// What a parser finds in a stream, as text, however the stream is cut: the tests and the fuzz targets compare these.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "modules/http/message_parser.h"

namespace arun::http::test {

template <bool kIsRequest>
class Transcript {
 public:
  using Parser = MessageParser<kIsRequest>;

  explicit Transcript(Answers answers = Answers::request, const ParserLimits& limits = {})
      : parser_(limits), answers_(answers) {
    parser_.begin(answers);
  }

  // Gives the bytes of one read; false when the parser is through with the stream.
  bool feed(std::string_view bytes, bool ended) {
    pending_.append(bytes);
    while (!over_) {
      // A copy of just this size, so that a sanitizer sees every step beyond it, and none lives on unseen.
      std::vector<char> copy(pending_.begin(), pending_.end());
      std::string_view received(copy.data(), copy.size());
      auto step = parser_.next(received, ended);
      note(step, received);
      pending_.erase(0, step.consumed);
      if (step.event == Parser::Event::need_more) break;
    }
    return !over_;
  }

  // The text, with what was left of the stream where another protocol takes over.
  std::string text() const { return parser_.hands_over() ? text_ + "left " + pending_ + "\n" : text_; }

 private:
  using Event = typename Parser::Event;

  void note(const typename Parser::Step& step, std::string_view received) {
    if (step.event != Event::body && step.event != Event::need_more) flush_body();
    switch (step.event) {
      case Event::need_more:
        break;
      case Event::interim:
        text_ += "interim " + head();
        break;
      case Event::head:
        text_ += "head " + head();
        break;
      case Event::body: {
        bool inside = step.body.data() >= received.data() && step.body.end() <= received.end();
        body_ += inside && !step.body.empty() ? std::string(step.body) : "<not in the bytes given>";
        break;
      }
      case Event::end:
        for (const Field& field : parser_.trailers()) text_ += "trailer " + line(field);
        text_ += parser_.keep_alive() ? "end, alive\n" : "end\n";
        if (parser_.hands_over()) {
          over_ = true;
        } else {
          parser_.begin(answers_);
        }
        break;
      case Event::closed:
        text_ += "closed\n";
        over_ = true;
        break;
      case Event::fault:
        text_ += "fault: " + std::string(parser_.fault().message()) + "\n";
        over_ = true;
        break;
    }
  }

  void flush_body() {
    if (!body_.empty()) text_ += "body " + body_ + "\n";
    body_.clear();
  }

  std::string head() const {
    const Head& head = parser_.head();
    std::string text(head.method);
    text += kIsRequest ? " " + std::string(head.target) : std::to_string(head.status) + " " + std::string(head.reason);
    text += head.version == 11 ? " 1.1\n" : " 1.0\n";
    for (const Field& field : head.fields) text += line(field);
    return text;
  }

  static std::string line(const Field& field) {
    return std::string(field.name) + ": " + std::string(field.value) + "\n";
  }

  Parser parser_;
  Answers answers_;
  std::string pending_;
  std::string body_;
  std::string text_;
  bool over_ = false;
};

// The transcript of a stream that comes in reads of so many bytes (the first one: `first`), and then ends.
template <bool kIsRequest>
std::string transcript(std::string_view stream, std::size_t first, std::size_t size, Answers answers = Answers::request,
                       const ParserLimits& limits = {}) {
  Transcript<kIsRequest> transcript(answers, limits);
  std::size_t next = std::min(first, stream.size());
  while (next > 0 && transcript.feed(stream.substr(0, next), false)) {
    stream.remove_prefix(next);
    next = std::min(size, stream.size());
  }
  transcript.feed(stream.substr(next), true);
  return transcript.text();
}

}  // namespace arun::http::test
