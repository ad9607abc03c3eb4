-- The fields after a chunked body (RFC 9110, 6.5).
-- servers: origin

local t = require "harness"
local http = require "arun.http"
local support = require "http.support"

local url = support.url

t.test("are there once the body has been read", function()
  local response <close> = http.get(url "/chunk/many?bytes=1000000")
  t.eq(response.trailers, nil)
  t.eq(#response:bytes(), 1000000)
  t.eq(#response.trailers["x-sha256"], 64)
  t.eq(#response.trailers, 1)
end)

t.test("in order, also when all came at once, or byte by byte", function()
  local response <close> = http.get(url "/chunk/trailers")
  t.eq(response:text(), "hello")
  t.eq(tostring(response.trailers), "X-First: 1\nX-Second: two")
  local dripped <close> = http.get(url "/drip/all")
  for _ in dripped:chunks() do end
  t.eq(dripped.trailers["X-Trailer"], "dripped")
end)

t.test("of a body that is empty or encoded", function()
  local head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
  local empty <close> = http.post(url "/raw?then=keep", { body = head .. "\r\n0\r\nX-End: 1\r\n\r\n" })
  t.eq(empty:bytes(), "")
  t.eq(empty.trailers["X-End"], "1")
  local gzip = "\x1f\x8b\8\0\0\0\0\0\0\3\3\0\0\0\0\0\0\0\0\0"
  local encoded <close> = http.post(url "/raw?then=keep", {
    body = head .. "Content-Encoding: gzip\r\n\r\n14\r\n" .. gzip .. "\r\n0\r\nX-End: 1\r\n\r\n",
  })
  t.eq(encoded:bytes(), "")
  t.eq(encoded.trailers["X-End"], "1")
end)

t.test("of one response are not those of the next", function()
  local session <close> = support.session()
  session:get(url "/chunk/trailers"):bytes()
  local response <close> = session:get(url "/chunk/upper-case")
  t.eq(response:text(), "hello world")
  t.eq(#response.trailers, 0)
  local plain <close> = session:get(url "/echo")
  plain:bytes()
  t.eq(#plain.trailers, 0)
end)

t.test("that say where the body ends are refused", function()
  local response <close> = http.get(url "/chunk/trailer-framing")
  t.raises("http", response.text, response)
  t.eq(response.trailers, nil)
end)
