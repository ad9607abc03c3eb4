-- The heads of messages as they are sent.
local native = require "arun.native.http"
local http = require "arun.http"
local test = require "arun.test"
local same = test.same

test("requests", function()
  same(native.request_head("GET", "/"), "GET / HTTP/1.1\r\n\r\n")
  same(native.request_head("GET", "/a?b", { { "Host", "h" }, { "accept", "*/*" } }),
    "GET /a?b HTTP/1.1\r\nHost: h\r\naccept: */*\r\n\r\n")
  same(native.request_head("POST", "/", { Host = "h" }, 5), "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n")
  same(native.request_head("POST", "/", nil, 0), "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
  same(native.request_head("M-SEARCH", "*", http.headers { Host = "h" }, "chunked"),
    "M-SEARCH * HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
  same(native.request_head("POST", "/", nil, math.maxinteger),
    "POST / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n\r\n")
end)

test("responses", function()
  same(native.response_head(200), "HTTP/1.1 200 OK\r\n\r\n")
  same(native.response_head(404, { A = "b" }, 3), "HTTP/1.1 404 Not Found\r\nA: b\r\nContent-Length: 3\r\n\r\n")
  same(native.response_head(299, nil, "chunked"), "HTTP/1.1 299 \r\nTransfer-Encoding: chunked\r\n\r\n")
  same(native.response_head(200, nil, nil, "Fine"), "HTTP/1.1 200 Fine\r\n\r\n")
  same(native.response_head(200, nil, nil, ""), "HTTP/1.1 200 \r\n\r\n")
end)

test("responses without a body say nothing of one", function()
  same(native.response_head(204, nil, 0), "HTTP/1.1 204 No Content\r\n\r\n")
  same(native.response_head(102, { Link = "x" }), "HTTP/1.1 102 Processing\r\nLink: x\r\n\r\n")
  same(native.response_head(304, nil, 7), "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n") -- of what there is
  test.raises("a response of status 204 has no body", native.response_head, 204, nil, 1)
  test.raises("a response of status 100 has no body", native.response_head, 100, nil, "chunked")
end)

test("nothing ends a line that should not", function()
  for _, method in ipairs { "", "G T", "GET\r\n", "GET\0", "GÉT" } do
    test.raises("is not a method", native.request_head, method, "/")
  end
  for _, target in ipairs { "/ x", "/\r\nA: b", "/\0", "/ä", "/\x7F" } do
    test.raises("is not a request target", native.request_head, "GET", target)
  end
  test.raises("the request target is empty", native.request_head, "GET", "")
  test.raises('"a\\x0D\\x0Ab" is not a reason', native.response_head, 200, nil, nil, "a\r\nb")
  test.raises("is not a status code", native.response_head, 99)
  test.raises("is not a status code", native.response_head, 1000)
  test.raises("the control character 0x0A", native.request_head, "GET", "/", { A = "\n" })
end)

test("fields that contradict the body", function()
  local length = { ["content-length"] = "5" }
  same(native.request_head("PUT", "/", length, 5), "PUT / HTTP/1.1\r\ncontent-length: 5\r\n\r\n")
  same(native.request_head("GET", "/", { ["Content-Length"] = 0 }), "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
  local wrong = 'header \'Content%-Length\' is "5", which is not the length of the body'
  test.raises(wrong, native.request_head, "PUT", "/", length, 6)
  test.raises(wrong, native.request_head, "PUT", "/", length, "chunked")
  test.raises(wrong, native.request_head, "GET", "/", length)
  test.raises(wrong, native.response_head, 200, { ["Content-Length"] = { 6, 5 } }, 6)
  test.raises("which is not the length", native.request_head, "PUT", "/", { ["Content-Length"] = "5x" }, 5)
  test.raises("'Transfer%-Encoding' is not to be set", native.request_head, "PUT", "/", { ["transfer-encoding"] = "x" })
end)

test("bodies that are none", function()
  test.raises("a length is not negative", native.request_head, "GET", "/", nil, -1)
  test.raises('nil, a length or "chunked" expected', native.request_head, "GET", "/", nil, "gzip")
end)
