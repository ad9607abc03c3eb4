// The grammar of one HTTP/1 message: Beast's parser, and a refusal of what it lets pass and RFC 9112 does not. It is
// given whole sections only, so it never waits inside one: the start line, the fields of the head, bytes of the body,
// the line before a chunk, that of the last chunk with the trailers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/beast/http/basic_parser.hpp>

#include "modules/http/fault.h"
#include "modules/http/message.h"

namespace arun::http {

// Where the grammar puts what it finds; outlives it.
struct Found {
  Head head;
  std::vector<Field> trailers;
  std::string_view body;         // what the last put() found
  std::uint64_t chunk_left = 0;  // bytes to come of the chunk whose line was read
  bool in_trailers = false;
  Fault fault;
};

template <bool kIsRequest>
class Grammar final : public boost::beast::http::basic_parser<kIsRequest> {
 public:
  using Error = boost::system::error_code;
  using View = boost::beast::string_view;

  // `without_body`: the answer to a HEAD, whatever its fields say.
  Grammar(Found& found, std::size_t most_fields, bool without_body);

  // How much of the bytes was used. Sets found.fault when they are wrong. Throws bad_alloc.
  std::size_t parse(std::string_view bytes);

 private:
  void on_request_impl(boost::beast::http::verb, View method, View target, int version, Error& error) override;
  void on_response_impl(int status, View reason, int version, Error& error) override;
  void on_field_impl(boost::beast::http::field known, View name, View value, Error& error) override;
  void on_header_impl(Error& error) override;
  void on_body_init_impl(boost::optional<std::uint64_t> const& length, Error& error) override;
  std::size_t on_body_impl(View body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t size, View extensions, Error& error) override;
  std::size_t on_chunk_body_impl(std::uint64_t left, View body, Error& error) override;
  void on_finish_impl(Error& error) override;

  void refuse(Error& error, int status, const char* what);
  void explain(Error error, std::string_view bytes);

  Found& found_;
  std::size_t most_fields_;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
};

}  // namespace arun::http
