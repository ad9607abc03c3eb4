-- What errors tell programs and people: codes, the request, what was closed.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function has(err, ...)
  for _, text in ipairs { ... } do test.truthy(err.message:find(text, 1, true), err.message) end
end

test("errors of kind http have a code", function()
  local function code(path, read)
    local err = test.raises("http", function()
      local response <close> = http.get(url(path))
      read = read or response.bytes
      read(response)
    end)
    return err.code
  end
  test.same(code "/truncate/content-length", "TRUNCATED")
  test.same(code "/truncate/chunked", "TRUNCATED")
  test.same(code "/truncate/head", "TRUNCATED")
  test.same(code "/lie/two-lengths", "MALFORMED")
  test.same(code "/compress/unknown", "BAD_ENCODING")
  test.same(code "/compress/bad-checksum", "BAD_ENCODING")
  test.same(code "/compress/bomb/gzip", "TOO_LARGE")
  test.same(code "/redirect/endless", "TOO_MANY_REDIRECTS")
  local err = test.raises("http", http.post, url "/raw?then=keep", {
    body = "HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
  })
  test.same(err.code, "BAD_REDIRECT")
  has(err, "redirect to an invalid URL 'http://['")
  test.truthy(not err.message:find("told_test", 1, true), err.message)
end)

test("the error of a status has the response", function()
  local response <close> = http.post(url "/raw?then=keep", {
    body = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy",
  })
  test.same(response:text(), "busy")
  local err = test.raises("http", response.raise_for_status, response)
  test.same(err.code, 503)
  test.same(err.response.headers["Retry-After"], "7")
  response:close()
  test.same(err.response:text(), "busy")
end)

test("the request is named by whatever goes wrong with it", function()
  local session = support.session()
  local address = url "/body/bytes?bytes=300000"
  do
    local response <close> = session:get(address)
    local err = test.raises("json", response.json, response)
    test.same(err.url, address)
    has(err, "GET " .. address)
  end
  do
    local response <close> = session:get(address)
    local err = test.raises("io", response.save, response, "/nowhere/at/all")
    test.same(err.url, address)
    has(err, "GET " .. address, "/nowhere/at/all")
  end
  do
    local response <close> = session:get(url "/stall/body")
    local reading = async.create_task(response.bytes, response)
    async.sleep(0)
    local err = test.raises("usage", function() return (response:bytes()) end)
    has(err, "told_test.lua:", url "/stall/body", "another task reads")
    reading:cancel()
    pcall(async.await, reading)
  end
  local broken = test.raises("usage", function()
    return (session:post(url "/echo", { body = function() return 5 end }))
  end)
  has(broken, "told_test.lua:", "POST " .. url "/echo", "strings, got a number")
  session:close()
  local err = test.raises("closed", function() return (session:get(address)) end)
  test.same(err.url, address)
  has(err, "told_test.lua:", "GET " .. address, "the session is closed")
end)

test("what was closed while somebody waited", function()
  local session <close> = support.session()
  local function closing(what, close)
    local response <close> = session:get(url "/stall/body")
    local reading = async.create_task(response.bytes, response)
    async.sleep(0)
    close(response)
    local err = test.raises("closed", async.await, reading)
    has(err, url "/stall/body", what)
  end
  closing("the response was closed", function(response) response:close() end)
  closing("the session was closed", function() session:close() end)
end)

test("a response that was closed cannot be read, whatever was at hand", function()
  local session <close> = support.session()
  for _, path in ipairs { "/echo", "/body/bytes?bytes=3000000" } do
    local response = session:get(url(path))
    response:close()
    for _, name in ipairs { "bytes", "text", "json", "chunks", "lines" } do
      test.raises("closed", response[name], response)
    end
    response = session:get(url(path))
    local next_chunk = response:chunks(10)
    next_chunk()
    response:close()
    test.raises("closed", next_chunk)
  end
  local response = session:get(url "/echo")
  local text = response:text()
  response:close()
  test.same(response:text(), text)
end)

test("localhost with the dot of the root", function()
  local address = url("/echo"):gsub("127%.0%.0%.1", "localhost.")
  test.same(http.get(address).status, 200)
end)

test("a file is not touched by a response that cannot be read", function()
  local dir <close> = fs.temp_dir()
  local path = fs.path.join(dir.path, "kept")
  fs.write_file(path, "kept")
  local response = http.get(url "/echo")
  response:close()
  test.raises("closed", response.save, response, path)
  test.same(fs.read_file(path), "kept")
end)
