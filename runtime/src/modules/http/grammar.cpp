#include "modules/http/grammar.h"

#include "modules/http/chars.h"

namespace arun::http {
namespace {

namespace beast = boost::beast::http;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// Line number `index`, from 0, without its end.
std::string_view line_of(std::string_view lines, std::size_t index) {
  for (; index > 0; --index) lines.remove_prefix(lines.find('\n') + 1);
  return lines.substr(0, lines.find('\r'));
}

struct Reason {
  beast::error code;
  int status;
  const char* text;
};

// By what Beast refuses: where its word alone would not say it.
constexpr Reason kReasons[] = {
    {beast::error::bad_line_ending, 400, "a CR without LF in the line"},
    {beast::error::bad_method, 400, "bad method in the request line"},
    {beast::error::bad_target, 400, "bad target in the request line"},
    {beast::error::bad_version, 505, "HTTP/1.1 or HTTP/1.0 expected, got the line"},
    {beast::error::bad_status, 400, "bad status code in the status line"},
    {beast::error::bad_reason, 400, "bad reason in the status line"},
    {beast::error::bad_field, 400, "bad name in the header line"},
    {beast::error::bad_value, 400, "bad value in the header line"},
    {beast::error::bad_content_length, 400, "Content-Length is not a number:"},
    {beast::error::multiple_content_length, 400, "Content-Length has different values:"},
    {beast::error::bad_transfer_encoding, 400, "a second Transfer-Encoding in the line"},
    {beast::error::bad_chunk, 400, "bad chunk size in the line"},
    {beast::error::bad_chunk_extension, 400, "bad chunk extension in the line"},
    {beast::error::need_more, 400, "the line ends too early:"},
};

}  // namespace

template <bool kIsRequest>
Grammar<kIsRequest>::Grammar(Found& found, std::size_t most_fields, bool without_body)
    : found_(found), most_fields_(most_fields) {
  this->body_limit(boost::none);
  this->header_limit(UINT32_MAX);
  this->skip(without_body);
}

template <bool kIsRequest>
std::size_t Grammar<kIsRequest>::parse(std::string_view bytes) {
  Error error;
  std::size_t used = this->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  // After a start line more is needed, and nothing wrong.
  if (error && !(error == beast::error::need_more && used == bytes.size())) explain(error, bytes);
  return used;
}

template <bool kIsRequest>
void Grammar<kIsRequest>::refuse(Error& error, int status, const char* what) {
  found_.fault.set(status, "%s", what);
  error = beast::error::bad_value;
}

template <bool kIsRequest>
void Grammar<kIsRequest>::explain(Error error, std::string_view bytes) {
  if (found_.fault) return;
  bool about_length = error == beast::error::bad_content_length;
  if (about_length && found_.in_trailers) {
    found_.fault.set(400, "Content-Length among the trailers");
    return;
  }
  if ((about_length && codings_ > 0) || (error == beast::error::bad_transfer_encoding && lengths_ > 0)) {
    found_.fault.set(400, "both Content-Length and Transfer-Encoding");
    return;
  }
  // The line of a chunk is whole: a quoted string in it has no end.
  if (error == beast::error::need_more && this->is_header_done()) error = beast::error::bad_chunk_extension;
  // The lines before the one at fault: one for each field; before trailers, that of the last chunk.
  std::size_t before = 0;
  if (found_.in_trailers) {
    before = found_.trailers.size() + 1;
  } else if (!this->is_header_done()) {
    before = found_.head.fields.size();
  }
  if (bytes.starts_with("\r\n")) bytes.remove_prefix(2);  // the end of the chunk before
  Excerpt line(line_of(bytes, before));
  for (const Reason& reason : kReasons) {
    if (error != reason.code) continue;
    found_.fault.set(reason.status, "%s %s", reason.text, line.c_str());
    return;
  }
  found_.fault.set(400, "%s in %s", error.message().c_str(), line.c_str());
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_request_impl(beast::verb, View method, View target, int version, Error&) {
  found_.head.method = view(method);
  found_.head.target = view(target);
  found_.head.version = version;
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_response_impl(int status, View reason, int version, Error& error) {
  if (status < 100) return refuse(error, 0, "the status code is below 100");
  found_.head.status = status;
  found_.head.reason = view(reason);
  found_.head.version = version;
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_field_impl(beast::field known, View name, View value, Error& error) {
  auto& fields = found_.in_trailers ? found_.trailers : found_.head.fields;
  if (fields.size() == most_fields_) {
    found_.fault.set(431, "more than %zu header fields", most_fields_);
    error = beast::error::header_limit;
    return;
  }
  if (known == beast::field::host) ++hosts_;
  if (known == beast::field::content_length) ++lengths_;
  if (known == beast::field::transfer_encoding) {
    ++codings_;
    // Other codings would need a TE field in the request. Beast passes over what it does not know.
    if (!equal_ignoring_case(view(value), "chunked")) {
      found_.fault.set(501, "Transfer-Encoding %s is not supported", Excerpt(view(value)).c_str());
      error = beast::error::bad_transfer_encoding;
      return;
    }
  }
  fields.push_back({view(name), view(value)});
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_header_impl(Error& error) {
  if constexpr (kIsRequest) {
    bool is_11 = found_.head.version == 11;
    if (codings_ > 0 && !is_11) return refuse(error, 400, "Transfer-Encoding in a request of HTTP/1.0");
    if (hosts_ > 1) return refuse(error, 400, "more than one Host field");
    if (hosts_ == 0 && is_11) return refuse(error, 400, "no Host field");
  }
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_body_init_impl(boost::optional<std::uint64_t> const&, Error&) {}

template <bool kIsRequest>
std::size_t Grammar<kIsRequest>::on_body_impl(View body, Error&) {
  found_.body = view(body);
  return body.size();
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_chunk_header_impl(std::uint64_t size, View, Error&) {
  found_.chunk_left = size;
  found_.in_trailers = size == 0;
}

template <bool kIsRequest>
std::size_t Grammar<kIsRequest>::on_chunk_body_impl(std::uint64_t left, View body, Error&) {
  found_.body = view(body);
  found_.chunk_left = left - body.size();
  return body.size();
}

template <bool kIsRequest>
void Grammar<kIsRequest>::on_finish_impl(Error&) {}

template class Grammar<true>;
template class Grammar<false>;

}  // namespace arun::http
