-- The fields after a chunked body (RFC 9110, 6.5).
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url = support.url

test("are there once the body has been read", function()
  local response <close> = http.get(url "/chunk/many?bytes=1000000")
  test.same(response.trailers, nil)
  test.same(#response:bytes(), 1000000)
  test.same(#response.trailers["x-sha256"], 64)
  test.same(#response.trailers, 1)
end)

test("in order, also when all came at once, or byte by byte", function()
  local response <close> = http.get(url "/chunk/trailers")
  test.same(response:text(), "hello")
  test.same(tostring(response.trailers), "X-First: 1\nX-Second: two")
  local dripped <close> = http.get(url "/drip/all")
  for _ in dripped:chunks() do end
  test.same(dripped.trailers["X-Trailer"], "dripped")
end)

test("of a body that is empty or encoded", function()
  local head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
  local empty <close> = http.post(url "/raw?then=keep", { body = head .. "\r\n0\r\nX-End: 1\r\n\r\n" })
  test.same(empty:bytes(), "")
  test.same(empty.trailers["X-End"], "1")
  local gzip = "\x1f\x8b\8\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"
  local encoded <close> = http.post(url "/raw?then=keep", {
    body = head .. "Content-Encoding: gzip\r\n\r\n14\r\n" .. gzip .. "\r\n0\r\nX-End: 1\r\n\r\n",
  })
  test.same(encoded:bytes(), "")
  test.same(encoded.trailers["X-End"], "1")
end)

test("of one response are not those of the next", function()
  local session <close> = support.session()
  session:get(url "/chunk/trailers"):bytes()
  local response <close> = session:get(url "/chunk/upper-case")
  test.same(response:text(), "hello world")
  test.same(#response.trailers, 0)
  local plain <close> = session:get(url "/echo")
  plain:bytes()
  test.same(#plain.trailers, 0)
end)

test("that say where the body ends are refused", function()
  local response <close> = http.get(url "/chunk/trailer-framing")
  test.raises("http", response.text, response)
  test.same(response.trailers, nil)
end)
