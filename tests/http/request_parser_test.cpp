// Requests, good and bad; the status is what a server answers.
#include "http/parser_checks.h"

using arun::http::ParserLimits;
using arun::http::RequestParser;
using namespace arun::http::test;

namespace {

void refuses(const std::string& stream, int status, const std::string& message, const ParserLimits& limits = {}) {
  check_request(stream, "fault: " + message + "\n", limits);
  RequestParser parser(limits);
  parser.begin();
  CHECK(parser.next(stream, true).event == RequestParser::Event::fault);
  CHECK(parser.fault().status == status);
}

}  // namespace

TEST_CASE("a request without a body") {
  check_request("GET /a?b=c HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n",
                "head GET /a?b=c 1.1\nHost: x\nAccept: */*\nend, alive\nclosed\n");
}

TEST_CASE("requests one after the other, with empty lines between them") {
  check_request("\r\nPOST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
                "head POST / 1.1\nHost: x\nContent-Length: 3\nbody abc\nend, alive\nhead GET /2 1.0\nend\nclosed\n");
}

TEST_CASE("a request in chunks") {
  check_request("PUT /f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
                "head PUT /f 1.1\nHost: x\nTransfer-Encoding: chunked\nbody ab\nend, alive\nclosed\n");
}

TEST_CASE("other targets, other methods") {
  check_request("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "head OPTIONS * 1.1\nHost: x\nend, alive\nclosed\n");
  check_request("CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n",
                "head CONNECT x:443 1.1\nHost: x:443\nend, alive\nclosed\n");
  check_request("M-SEARCH http://x/y HTTP/1.1\r\nHost:\r\n\r\n",
                "head M-SEARCH http://x/y 1.1\nHost: \nend, alive\nclosed\n");
}

TEST_CASE("bad request lines") {
  refuses(std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), 400,
          "not an HTTP request: it begins with \"\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\" (TLS)");
  refuses("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1 or HTTP/1.0 expected, got the line \"PRI * HTTP/2.0\"");
  refuses("GET /\r\n\r\n", 400, "bad target in the request line \"GET /\"");
  refuses("GET  / HTTP/1.1\r\n\r\n", 400, "bad target in the request line \"GET  / HTTP/1.1\"");
  refuses("GET / HTTP/1.1 \r\n\r\n", 505, "HTTP/1.1 or HTTP/1.0 expected, got the line \"GET / HTTP/1.1 \"");
  refuses("GET / H\r\n\r\n", 400, "the line ends too early: \"GET / H\"");
  refuses("GET\t/ HTTP/1.1\r\n\r\n", 400, "bad method in the request line \"GET\\x09/ HTTP/1.1\"");
  refuses("G(T / HTTP/1.1\r\n\r\n", 400, "bad method in the request line \"G(T / HTTP/1.1\"");
  refuses(std::string("GET /\0 HTTP/1.1\r\n\r\n", 19), 400, "bad target in the request line \"GET /\\x00 HTTP/1.1\"");
}

TEST_CASE("requests without one Host") {
  refuses("GET / HTTP/1.1\r\n\r\n", 400, "no Host field");
  refuses("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "more than one Host field");
}

TEST_CASE("requests whose end readers would see in different places") {
  refuses("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX", 400,
          "both Content-Length and Transfer-Encoding");
  refuses("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501,
          "Transfer-Encoding \"xchunked\" is not supported");
  refuses("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
          "Transfer-Encoding in a request of HTTP/1.0");
  refuses("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n", 400,
          "bad name in the header line \"Transfer-Encoding : chunked\"");
}

TEST_CASE("limits of requests and the status they are answered with") {
  ParserLimits limits{.start_line = 32, .head = 64, .fields = 1};
  refuses("GET /" + std::string(40, 'x') + " HTTP/1.1\r\n\r\n", 414,
          "the first line of the request is longer than 32 bytes", limits);
  refuses("GET / HTTP/1.1\r\nA: " + std::string(60, 'x') + "\r\n\r\n", 431,
          "the head of the request is longer than 64 bytes", limits);
  refuses("GET / HTTP/1.1\r\nHost: a\r\nB: 1\r\n\r\n", 431, "more than 1 header fields", limits);
}

TEST_CASE("a request that ends too early") {
  check_request("\r\n", "closed\n");
  refuses("GET /", 400, "the connection ended in the middle of the head of the request");
}
