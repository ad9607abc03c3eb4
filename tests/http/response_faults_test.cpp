// Responses that are wrong: the message says what, and it says the same wherever the stream is cut.
#include "http/parser_checks.h"

using arun::http::Answers;
using arun::http::ParserLimits;
using namespace arun::http::test;

namespace {

void refuses(const std::string& stream, const std::string& message, const ParserLimits& limits = {}) {
  check_response(stream, "fault: " + message + "\n", Answers::request, limits);
}

// With fields between status line and body; `before`: what the parser finds first.
void refuses_fields(const std::string& fields, const std::string& message) {
  refuses("HTTP/1.1 200 OK\r\n" + fields + "\r\n\r\n", message);
}

void refuses_chunks(const std::string& body, const std::string& before, const std::string& message) {
  check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
                 "head 200 OK 1.1\nTransfer-Encoding: chunked\n" + before + "fault: " + message + "\n");
}

}  // namespace

TEST_CASE("what is no response at all") {
  refuses("SSH-2.0-OpenSSH_9.2p1\r\n", "not an HTTP response: it begins with \"SSH-2.0-\"");
  refuses("oops\n", "not an HTTP response: it begins with \"oops\"");
  refuses(std::string("\x15\x03\x03\x00\x02\x02\x28\x00", 8),
          "not an HTTP response: it begins with \"\\x15\\x03\\x03\\x00\\x02\\x02(\\x00\"");
  refuses("\r\nHTTP/1.1 200 OK\r\n\r\n", "not an HTTP response: it begins with \"\\x0D\"");
}

TEST_CASE("bad status lines") {
  refuses("HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 or HTTP/1.0 expected, got the line \"HTTP/2.0 200 OK\"");
  refuses("HTTP/1.1\r\n\r\n", "HTTP/1.1 or HTTP/1.0 expected, got the line \"HTTP/1.1\"");
  refuses("HTTP/1.\r\n\r\n", "HTTP/1.1 or HTTP/1.0 expected, got the line \"HTTP/1.\"");
  refuses("HTTP/1.1 20 OK\r\n\r\n", "bad status code in the status line \"HTTP/1.1 20 OK\"");
  refuses("HTTP/1.1 2000 OK\r\n\r\n", "bad status code in the status line \"HTTP/1.1 2000 OK\"");
  refuses("HTTP/1.1 099 Low\r\n\r\n", "the status code is below 100");
  refuses("HTTP/1.1 200 O\x01K\r\n\r\n", "bad reason in the status line \"HTTP/1.1 200 O\\x01K\"");
}

TEST_CASE("bad header lines") {
  refuses_fields("Content-Length : 5", "bad name in the header line \"Content-Length : 5\"");
  refuses_fields("A: 1\r\nno colon", "bad name in the header line \"no colon\"");
  refuses_fields(": empty", "bad name in the header line \": empty\"");
  refuses_fields("A\xC3\xA9: 1", "bad name in the header line \"A\\xC3\\xA9: 1\"");
  refuses_fields(std::string("A: 1\r\nB: x\0y", 12), "bad value in the header line \"B: x\\x00y\"");
  refuses_fields("A: x\x7Fy", "bad value in the header line \"A: x\\x7Fy\"");
  refuses_fields("A: x\ry", "a CR without LF in the line \"A: x\"");
  refuses_fields("A: 1\r\n B: 2", "a header line continues on the next one, which begins with a space");
  refuses_fields("A: 1\r\n\t\r\nB: 2", "a header line continues on the next one, which begins with a space");
  refuses_fields("Connection: a b", "bad value in the header line \"Connection: a b\"");
}

TEST_CASE("line ends that others may see otherwise") {
  refuses("HTTP/1.1 200 OK\nContent-Length: 0\n\n", "a LF without CR ends the line \"HTTP/1.1 200 OK\"");
  refuses_fields("A: 1\nB: 2", "a LF without CR ends the line \"A: 1\"");
  refuses("HTTP/1.1 200 OK\r\nA: 1\r\n\nrest", "a LF without CR ends the line \"\"");
}

TEST_CASE("lengths that contradict each other") {
  refuses_fields("Content-Length: 5\r\nContent-Length: 6",
                 "Content-Length has different values: \"Content-Length: 6\"");
  refuses_fields("Content-Length: 5, 6", "Content-Length has different values: \"Content-Length: 5, 6\"");
  refuses_fields("Content-Length: 5\r\nTransfer-Encoding: chunked", "both Content-Length and Transfer-Encoding");
  refuses_fields("Transfer-Encoding: chunked\r\nContent-Length: 5", "both Content-Length and Transfer-Encoding");
  refuses_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                 "a second Transfer-Encoding in the line \"Transfer-Encoding: chunked\"");
}

TEST_CASE("lengths that agree count once") {
  check_response("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
                 "head 200 OK 1.1\nContent-Length: 2\nContent-Length: 2\nbody ab\nend, alive\nclosed\n");
}

TEST_CASE("lengths that are none") {
  for (std::string value : {"-1", "+5", "5x", "0x5", "", "5,", "18446744073709551616", "5 5", "1e3"}) {
    std::string line = "Content-Length: " + value;
    refuses_fields(line, "Content-Length is not a number: \"" + line + "\"");
  }
}

TEST_CASE("transfer codings other than chunked") {
  for (std::string value : {"gzip", "gzip, chunked", "chunked, gzip", "chunked, chunked", "identity", "xchunked",
                            "\"chunked\"", "chunked;q=1", ""}) {
    std::string shown = value == "\"chunked\"" ? "\"\"chunked\"\"" : "\"" + value + "\"";
    refuses_fields("Transfer-Encoding: " + value, "Transfer-Encoding " + shown + " is not supported");
    refuses_fields("Transfer-Encoding: " + value + "\r\nContent-Length: 3",
                   "Transfer-Encoding " + shown + " is not supported");
  }
}

TEST_CASE("bad chunks") {
  refuses_chunks("x\r\n", "", "bad chunk size in the line \"x\"");
  refuses_chunks("-1\r\n", "", "bad chunk size in the line \"-1\"");
  refuses_chunks("0x5\r\nhello", "", "bad chunk size in the line \"0x5\"");
  refuses_chunks(" 5\r\nhello", "", "bad chunk size in the line \" 5\"");
  refuses_chunks("\r\n", "", "bad chunk size in the line \"\"");
  refuses_chunks("10000000000000000\r\n", "", "bad chunk size in the line \"10000000000000000\"");
  refuses_chunks("2\nab", "", "a LF without CR ends the line \"2\"");
  refuses_chunks("2;a\nb\r\nab", "", "a LF without CR ends the line \"2;a\"");
  refuses_chunks("2;\r\nab", "", "bad chunk extension in the line \"2;\"");
  refuses_chunks("2;a=\"b\r\nab\r\n0\r\n\r\n", "", "bad chunk extension in the line \"2;a=\"b\"");
  refuses_chunks("2 x\r\nab", "", "bad chunk extension in the line \"2 x\"");
  refuses_chunks("2\rx\r\nab", "", "a CR without LF in the line \"2\"");
  refuses_chunks("2\r\nabcd\r\n0\r\n\r\n", "body ab\n", "a chunk of the body is longer than its size says");
  refuses_chunks("2\r\nab\n0\r\n\r\n", "body ab\n", "a chunk of the body is longer than its size says");
  refuses_chunks("2\r\nab\r\nz\r\n", "body ab\n", "bad chunk size in the line \"z\"");
}

TEST_CASE("bad trailers") {
  refuses_chunks("0\r\nA: 1\r\nB\r\n\r\n", "", "bad name in the header line \"B\"");
  refuses_chunks("1\r\nx\r\n0\r\nA: 1\r\nB : 2\r\n\r\n", "body x\n", "bad name in the header line \"B : 2\"");
  refuses_chunks("0\r\nA: 1\nB: 2\r\n\r\n", "", "a LF without CR ends the line \"A: 1\"");
  refuses_chunks("0\r\nA: 1\r\n b\r\n\r\n", "", "a header line continues on the next one, which begins with a space");
  refuses_chunks("0\r\nContent-Length: 5\r\n\r\n", "", "Content-Length among the trailers");
  refuses_chunks("0\r\nTransfer-Encoding: chunked\r\n\r\n", "",
                 "a second Transfer-Encoding in the line \"Transfer-Encoding: chunked\"");
  refuses_chunks("0;a=\"b\r\nA: 1\"\r\n\r\n", "", "bad chunk extension in the line \"0;a=\"b\"");
}

TEST_CASE("connections that end too early") {
  check_response("", "closed\n");
  refuses("HTTP", "the connection ended in the middle of the head of the response");
  refuses("HTTP/1.1 200 OK\r\nA: 1\r\n", "the connection ended in the middle of the head of the response");
  check_response("HTTP/1.1 100 Continue\r\n\r\n",
                 "interim 100 Continue 1.1\nfault: the connection ended in the middle of the head of the response\n");
  check_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
                 "head 200 OK 1.1\nContent-Length: 5\nbody hel\n"
                 "fault: the connection ended after 3 of 5 bytes of the body\n");
  refuses_chunks("5\r\nhel", "body hel\n", "the connection ended in the middle of a chunked body, after 3 bytes");
  refuses_chunks("3\r\nhel\r\n", "body hel\n", "the connection ended in the middle of a chunked body, after 3 bytes");
  refuses_chunks("0\r\nA: 1\r\n", "", "the connection ended in the middle of a chunked body, after 0 bytes");
}

TEST_CASE("limits") {
  ParserLimits limits{.start_line = 32, .head = 64, .fields = 3, .chunk_lines = 16};
  refuses("HTTP/1.1 200 " + std::string(40, 'x') + "\r\n\r\n", "the first line of the response is longer than 32 bytes",
          limits);
  refuses("HTTP/1.1 200 OK\r\nA: " + std::string(80, 'x') + "\r\n\r\n",
          "the head of the response is longer than 64 bytes", limits);
  refuses("HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", "more than 3 header fields", limits);
  std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  check_response(interim + interim + interim,
                 "interim 100 Continue 1.1\ninterim 100 Continue 1.1\n"
                 "fault: the head of the response is longer than 64 bytes\n",
                 Answers::request, limits);

  limits.head = 54;
  check_response(interim + interim + "neither a head nor what is left of the limit",
                 "interim 100 Continue 1.1\ninterim 100 Continue 1.1\n"
                 "fault: the head of the response is longer than 54 bytes\n",
                 Answers::request, limits);
  limits.head = 64;

  auto refuses_body = [&](const std::string& body, const std::string& found) {
    check_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
                   "head 200 OK 1.1\nTransfer-Encoding: chunked\n" + found, Answers::request, limits);
  };
  limits.chunk_lines = 24;
  refuses_body("1;" + std::string(30, 'e') + "\r\nx", "fault: more than 24 bytes of chunk extensions\n");
  std::string extended = "1;" + std::string(20, 'e') + "\r\n";
  refuses_body(extended + "a\r\n" + extended + "b\r\n" + extended + "c\r\n" + extended + "d\r\n" + extended + "e\r\n",
               "body abcd\nfault: more than 24 bytes of chunk extensions\n");
  refuses_body("0\r\nA: " + std::string(80, 'x') + "\r\n\r\n", "fault: the trailers are longer than 64 bytes\n");
  refuses_body("0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n", "fault: more than 3 header fields\n");
}
