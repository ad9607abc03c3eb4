// Responses: where they end, and what is kept of them.
#include "http/parser_checks.h"

using arun::http::Answers;
using namespace arun::http::test;

TEST_CASE("a response with a length") {
  check_response("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
                 "head 200 OK 1.1\nContent-Type: text/plain\nContent-Length: 5\nbody hello\nend, alive\nclosed\n");
}

TEST_CASE("responses one after the other") {
  check_response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
                 "head 200 OK 1.1\nContent-Length: 2\nbody ab\nend, alive\n"
                 "head 404 Not Found 1.1\nContent-Length: 0\nend, alive\nclosed\n");
}

TEST_CASE("a response in chunks, with extensions and trailers") {
  check_response(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
      "3\r\nabc\r\n00a ; x=\"y;\\\"z\" ;q\r\n0123456789\r\n1;e\r\n!\r\n0;last\r\nChecksum: 1234\r\nX:\r\n\r\n",
      "head 200 OK 1.1\nTransfer-Encoding: Chunked\nbody abc0123456789!\n"
      "trailer Checksum: 1234\ntrailer X: \nend, alive\nclosed\n");
}

TEST_CASE("an empty response in chunks") {
  check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 "head 200 OK 1.1\nTransfer-Encoding: chunked\nend, alive\nclosed\n");
}

TEST_CASE("a response that ends with the connection") {
  check_response("HTTP/1.1 200 OK\r\n\r\nall of it", "head 200 OK 1.1\nbody all of it\nend\nclosed\n");
  check_response("HTTP/1.0 200 OK\r\n\r\n", "head 200 OK 1.0\nend\nclosed\n");
}

TEST_CASE("responses without a body, whatever their fields say") {
  for (std::string status : {"204 No Content", "304 Not Modified"}) {
    check_response("HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\n",
                   "head " + status + " 1.1\nContent-Length: 7\nend, alive\nclosed\n");
  }
  check_response("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n",
                 "head 200 OK 1.1\nContent-Length: 7\nend, alive\nclosed\n", Answers::head_request);
  check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                 "head 200 OK 1.1\nTransfer-Encoding: chunked\nend, alive\nclosed\n", Answers::head_request);
  check_response("HTTP/1.1 200 OK\r\n\r\n", "head 200 OK 1.1\nend, alive\nclosed\n", Answers::head_request);
}

TEST_CASE("interim responses come before the response") {
  check_response(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
      "interim 100 Continue 1.1\ninterim 103 Early Hints 1.1\nLink: </a>\n"
      "head 200 OK 1.1\nContent-Length: 1\nbody x\nend, alive\nclosed\n");
}

TEST_CASE("another protocol takes over") {
  check_response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi",
                 "head 101 Switching Protocols 1.1\nUpgrade: websocket\nend\nleft \x81\x02hi\n");
  check_response("HTTP/1.1 200 Connected\r\nContent-Length: 3\r\n\r\n\x16\x03\x01",
                 "head 200 Connected 1.1\nContent-Length: 3\nend\nleft \x16\x03\x01\n", Answers::connect);
  check_response("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno",
                 "head 407 Proxy Authentication Required 1.1\nContent-Length: 2\nbody no\nend, alive\nclosed\n",
                 Answers::connect);
}

TEST_CASE("whether the connection stays") {
  auto ending = [](const std::string& version, const std::string& fields, const std::string& body) {
    return transcript<false>(version + " 200 OK\r\n" + fields + "\r\n" + body, 10'000, 1).find("end, alive") !=
           std::string::npos;
  };
  CHECK(ending("HTTP/1.1", "Content-Length: 0\r\n", ""));
  CHECK_FALSE(ending("HTTP/1.1", "Content-Length: 0\r\nConnection: close\r\n", ""));
  CHECK_FALSE(ending("HTTP/1.1", "Content-Length: 0\r\nConnection: x-hop, Close\r\n", ""));
  CHECK_FALSE(ending("HTTP/1.1", "", "until the end"));
  CHECK_FALSE(ending("HTTP/1.0", "Content-Length: 0\r\n", ""));
  CHECK(ending("HTTP/1.0", "Content-Length: 0\r\nConnection: Keep-Alive\r\n", ""));
  CHECK_FALSE(ending("HTTP/1.0", "Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n", "0\r\n\r\n"));
  CHECK_FALSE(ending("HTTP/1.1", "Transfer-Encoding: chunked\r\n", "0\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("a status line without reason") {
  check_response("HTTP/1.1 204\r\nX: 1\r\n\r\n", "head 204  1.1\nX: 1\nend, alive\nclosed\n");
  check_response("HTTP/1.1 204 \r\n\r\n", "head 204  1.1\nend, alive\nclosed\n");
  check_response("HTTP/1.1 204\r\nBad\r\n\r\n", "fault: bad name in the header line \"Bad\"\n");
}

TEST_CASE("values lose the spaces around them, names keep their spelling") {
  check_response("HTTP/1.1 204 \xC3\xA9\r\nx-A:  \t a  b\t \r\nX-a:\r\nX-B: \xE9\t\"\r\n\r\n",
                 "head 204 \xC3\xA9 1.1\nx-A: a  b\nX-a: \nX-B: \xE9\t\"\nend, alive\nclosed\n");
}

TEST_CASE("the length is known before the body") {
  arun::http::ResponseParser parser;
  parser.begin();
  std::string_view stream = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n";
  CHECK_FALSE(parser.content_length().has_value());
  CHECK(parser.next(stream, false).event == arun::http::ResponseParser::Event::head);
  CHECK(parser.content_length() == 18446744073709551615U);
  CHECK_FALSE(parser.is_complete());
}

TEST_CASE("a body is a view into the bytes received") {
  arun::http::ResponseParser parser;
  parser.begin();
  std::string_view stream = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  auto head = parser.next(stream, false);
  stream.remove_prefix(head.consumed);
  auto body = parser.next(stream, false);
  CHECK(body.body.data() == stream.data());
  CHECK(body.body.size() == 5);
}
