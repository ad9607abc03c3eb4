// What a parser must find in a stream, wherever the stream is cut.
#pragma once

#include <string>
#include <string_view>

#include "http/transcript.h"
#include "unit.h"

namespace arun::http::test {

template <bool kIsRequest>
void check(std::string_view stream, const std::string& expected, Answers answers = Answers::request,
           const ParserLimits& limits = {}) {
  std::string at_once = transcript<kIsRequest>(stream, stream.size(), 1, answers, limits);
  CHECK(at_once == expected);
  INFO("byte by byte");
  CHECK(transcript<kIsRequest>(stream, 1, 1, answers, limits) == at_once);
  for (std::size_t first = 1; first < stream.size(); ++first) {
    std::string in_two = transcript<kIsRequest>(stream, first, stream.size(), answers, limits);
    INFO("cut after " << first << " bytes");
    if (in_two != at_once) CHECK(in_two == at_once);
  }
}

inline void check_response(std::string_view stream, const std::string& expected, Answers answers = Answers::request,
                           const ParserLimits& limits = {}) {
  check<false>(stream, expected, answers, limits);
}

inline void check_request(std::string_view stream, const std::string& expected, const ParserLimits& limits = {}) {
  check<true>(stream, expected, Answers::request, limits);
}

}  // namespace arun::http::test
