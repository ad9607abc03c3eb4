// What holds for every stream: the parser finds the same wherever it is cut, and a head that it took, written again, is
// taken again as the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fail.h"
#include "http/transcript.h"
#include "modules/http/headers.h"

namespace arun::fuzz {

template <bool kIsRequest>
void check_rewritten(const http::Head& head) {
  std::vector<char> memory(http::Headers::size_for(head.fields.data(), head.fields.size()));
  auto* headers = http::Headers::make(memory.data(), head.fields.data(), head.fields.size());
  std::string start = kIsRequest
                          ? std::string(head.method) + " " + std::string(head.target) + " HTTP/1."
                          : "HTTP/1." + std::to_string(head.version - 10) + " " + std::to_string(head.status) + " ";
  if (kIsRequest) start += std::to_string(head.version - 10);
  std::string again = start + "\r\n" + std::string(headers->lines()) + "\r\n";
  http::MessageParser<kIsRequest> parser(http::ParserLimits{.head = std::size_t{1} << 20});
  parser.begin();
  auto event = parser.next(again, false).event;
  using Event = typename http::MessageParser<kIsRequest>::Event;
  if (event != Event::head && event != Event::interim)
    fail("refused when written again", again, parser.fault().message());
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    http::Fault fault;
    if (!http::check_field(head.fields[i], fault)) fail("a field that could not be sent", again, fault.message());
    const http::Field& same = parser.head().fields[i];
    if (same.name != head.fields[i].name || same.value != head.fields[i].value) fail("another field", again);
  }
}

template <bool kIsRequest>
void check_stream(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return;
  // The first bytes choose how it is cut, and what the messages answer.
  std::size_t first = data[0] % 64;
  std::size_t step = 1 + data[1] % 16;
  auto answers = static_cast<http::Answers>(data[1] / 16 % 3);
  std::string_view stream(reinterpret_cast<const char*>(data + 2), size - 2);
  http::ParserLimits limits{.start_line = 64, .head = 256, .fields = 8, .chunk_lines = 64};
  if (data[0] >= 128) limits = {};

  std::string at_once = http::test::transcript<kIsRequest>(stream, stream.size(), 1, answers, limits);
  std::string in_pieces = http::test::transcript<kIsRequest>(stream, first, step, answers, limits);
  if (at_once != in_pieces) fail("found another thing when cut", at_once, in_pieces);

  http::MessageParser<kIsRequest> parser(limits);
  parser.begin(answers);
  if (parser.next(stream, false).event == http::MessageParser<kIsRequest>::Event::head) {
    check_rewritten<kIsRequest>(parser.head());
  }
}

}  // namespace arun::fuzz
