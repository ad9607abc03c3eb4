-- Bodies of responses: how they end, what they are decoded from, how they are read.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function get(path, options) return http.get(url(path), options) end

local TEXT = ("The quick brown fox jumps over the lazy dog. "):rep(2000)

test("every way to end a body", function()
  for _, path in ipairs { "/body/until-close", "/body/until-close-1.0", "/interim/continue", "/interim/early-hints",
      "/keep-alive/1.0", "/keep-alive/garbage", "/keep-alive/second-answer" } do
    local response <close> = get(path)
    test.same(response:text(), "hello", path)
  end
  for _, path in ipairs { "/body/empty", "/body/204", "/body/204-with-body", "/body/304", "/body/304-with-body" } do
    local response <close> = get(path)
    test.same(response:text(), "", path)
  end
  local dripped <close> = get "/drip/all"
  test.same(dripped:text(), "hello, world")
end)

test("what follows an answer unasked is nobody's answer", function()
  for _, path in ipairs { "/keep-alive/second-answer", "/body/204-with-body", "/body/304-with-body" } do
    get(path):bytes()
    local response <close> = get "/echo"
    test.same(response:json().path, "/echo", path)
  end
end)

test("HEAD has no body, whatever is said of one", function()
  for _, path in ipairs { "/body/bytes", "/body/head-chunked", "/body/head-with-body", "/compress/gzip" } do
    local response <close> = http.head(url(path))
    test.same(response:bytes(), "", path)
  end
end)

test("content codings come off", function()
  for _, name in ipairs { "gzip", "x-gzip", "upper-case", "gzip-members", "deflate", "deflate-raw", "br", "zstd",
      "two-codings", "identity", "zeros-after" } do
    local response <close> = get("/compress/" .. name)
    test.same(#response:bytes(), #TEXT, name)
    test.truthy(response:text() == TEXT, name)
  end
  local empty <close> = get "/compress/empty"
  test.same(empty:bytes(), "")
end)

test("damaged codings are errors of kind http", function()
  for _, name in ipairs { "unknown", "not-gzip", "truncated-gzip", "truncated-deflate", "truncated-br",
      "truncated-zstd", "bad-checksum" } do
    local response <close> = get("/compress/" .. name)
    local err = test.raises("http", response.bytes, response)
    test.same(err.url, url("/compress/" .. name))
  end
end)

test("what expands out of all proportion is refused", function()
  for _, name in ipairs { "br", "gzip", "zstd" } do
    local response <close> = get("/compress/bomb/" .. name)
    local err = test.raises("http", response.bytes, response)
    test.truthy(err.message:find("expands", 1, true), err.message)
    test.same(err.code, "TOO_LARGE")
  end
end)

test("a body of zeros that is streamed may expand, and one that is read as a whole when it is allowed to", function()
  local path = "/compress/bomb/gzip?megabytes=20"
  local size = 0
  do
    local response <close> = get(path)
    for chunk in response:chunks() do size = size + #chunk end
  end
  test.same(size, 20 << 20)
  local session <close> = support.session { max_expansion = math.huge }
  test.same(#session:get(url(path)):bytes(), 20 << 20)
  test.raises("http", function() session:get(url(path), { max_expansion = 100 }):bytes() end)
  test.same(#http.get(url(path), { max_expansion = 2000 }):bytes(), 20 << 20)
  test.raises("usage", http.get, url(path), { max_expansion = 0 })
end)

test("truncated answers are errors of kind http", function()
  for _, name in ipairs { "status-line", "head", "interim", "content-length", "no-bytes", "chunked",
      "trailers" } do
    local err = test.raises("http", function()
      local response <close> = get("/truncate/" .. name)
      response:bytes()
    end)
    test.same(err.url, url("/truncate/" .. name))
  end
end)

test("what is no HTTP is an error of kind http", function()
  test.raises("http", get, "/head/garbage")
  test.raises("http", get, "/head/http-0.9")
end)

test("text is UTF-8, bytes are raw", function()
  for _, encoding in ipairs { "iso-8859-1", "utf-8", "utf-16", "windows-1252" } do
    local response <close> = http.get(url "/charset", { query = { encoding = encoding } })
    test.same(response:text(), "Grüße", encoding)
  end
  local latin <close> = http.get(url "/charset", { query = { encoding = "iso-8859-1" } })
  test.same(latin:bytes(), "Gr\xFC\xDFe")
  local unknown <close> = http.get(url "/charset", { query = { declared = "klingon" } })
  test.same(unknown:bytes(), "Gr\xFC\xDFe")
  test.same(test.raises("http", unknown.text, unknown).url, unknown.url)
end)

test("chunks are of the size asked for, at most", function()
  local response <close> = get "/body/bytes?bytes=300000"
  local size = 0
  for chunk in response:chunks(1000) do
    test.truthy(#chunk <= 1000)
    size = size + #chunk
  end
  test.same(size, 300000)
  test.raises("usage", response.bytes, response)
  local small <close> = get "/body/until-close"
  local list = {}
  for chunk in small:chunks(2) do list[#list + 1] = chunk end
  test.same(table.concat(list), "hello")
end)

test("lines", function()
  local answer = "one\r\ntwo\n\n" .. ("x"):rep(100000) .. "\nlast"
  local response <close> = http.post(url "/raw", {
    body = "HTTP/1.1 200 OK\r\nContent-Length: " .. #answer .. "\r\n\r\n" .. answer,
  })
  local list = {}
  for line in response:lines() do list[#list + 1] = #line < 10 and line or #line end
  test.same(list, { "one", "two", "", 100000, "last" })
end)

test("a line without end is refused", function()
  local session <close> = support.session()
  local response <close> = session:post(url "/raw", {
    body = "HTTP/1.1 200 OK\r\n\r\nfirst\n" .. ("x"):rep(3 * 1024 * 1024),
  })
  local next_line = response:lines()
  test.same(next_line(), "first")
  test.truthy(test.raises("http", next_line).message:find("longer than 1 MiB", 1, true))
end)

test("one task at a time reads", function()
  local response <close> = get "/stall/body"
  local chunks = response:chunks()
  test.same(chunks(), "hello")
  local reading = async.create_task(chunks)
  async.sleep(0)
  test.raises("another task reads", chunks)
  reading:cancel()
  async.wait { reading }
end)

test("what was read is kept, and a closed response says so", function()
  local response = get "/body/bytes?bytes=100000"
  test.same(#response:bytes(), 100000)
  test.same(#response:text(), #response:text())
  response:close()
  test.same(#response:bytes(), 100000)
  local other = get "/body/bytes?bytes=1000000"
  other:close()
  other:close()
  test.raises("closed", other.bytes, other)
end)
