-- What errors tell programs and people: codes, the request, what was closed.
-- servers: origin

local t = require "harness"
local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "http.support"

local url = support.url

local function has(err, ...)
  for _, text in ipairs { ... } do t.ok(err.message:find(text, 1, true), err.message) end
end

t.test("errors of kind http have a code", function()
  local function code(path, read)
    local err = t.raises("http", function()
      local response <close> = http.get(url(path))
      read = read or response.bytes
      read(response)
    end)
    return err.code
  end
  t.eq(code "/truncate/content-length", "TRUNCATED")
  t.eq(code "/truncate/chunked", "TRUNCATED")
  t.eq(code "/truncate/head", "TRUNCATED")
  t.eq(code "/lie/two-lengths", "MALFORMED")
  t.eq(code "/compress/unknown", "BAD_ENCODING")
  t.eq(code "/compress/bad-checksum", "BAD_ENCODING")
  t.eq(code "/compress/bomb/gzip", "TOO_LARGE")
  t.eq(code "/redirect/endless", "TOO_MANY_REDIRECTS")
  local err = t.raises("http", http.post, url "/raw?then=keep", {
    body = "HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n",
  })
  t.eq(err.code, "BAD_REDIRECT")
  has(err, "redirect to an invalid URL 'http://['")
  t.ok(not err.message:find("told_test", 1, true), err.message)
end)

t.test("the error of a status has the response", function()
  local response <close> = http.post(url "/raw?then=keep", {
    body = "HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nbusy",
  })
  t.eq(response:text(), "busy")
  local err = t.raises("http", response.raise_for_status, response)
  t.eq(err.code, 503)
  t.eq(err.response.headers["Retry-After"], "7")
  response:close()
  t.eq(err.response:text(), "busy")
end)

t.test("the request is named by whatever goes wrong with it", function()
  local session = support.session()
  local address = url "/body/bytes?bytes=300000"
  do
    local response <close> = session:get(address)
    local err = t.raises("json", response.json, response)
    t.eq(err.url, address)
    has(err, "GET " .. address)
  end
  do
    local response <close> = session:get(address)
    local err = t.raises("io", response.save, response, "/nowhere/at/all")
    t.eq(err.url, address)
    has(err, "GET " .. address, "/nowhere/at/all")
  end
  do
    local response <close> = session:get(url "/stall/body")
    local reading = async.create_task(response.bytes, response)
    async.sleep(0)
    local err = t.raises("usage", function() return (response:bytes()) end)
    has(err, "told_test.lua:", url "/stall/body", "another task reads")
    reading:cancel()
    pcall(async.await, reading)
  end
  local broken = t.raises("usage", function()
    return (session:post(url "/echo", { body = function() return 5 end }))
  end)
  has(broken, "told_test.lua:", "POST " .. url "/echo", "strings, got a number")
  session:close()
  local err = t.raises("closed", function() return (session:get(address)) end)
  t.eq(err.url, address)
  has(err, "told_test.lua:", "GET " .. address, "the session is closed")
end)

t.test("what was closed while somebody waited", function()
  local session <close> = support.session()
  local function closing(what, close)
    local response <close> = session:get(url "/stall/body")
    local reading = async.create_task(response.bytes, response)
    async.sleep(0)
    close(response)
    local err = t.raises("closed", async.await, reading)
    has(err, url "/stall/body", what)
  end
  closing("the response was closed", function(response) response:close() end)
  closing("the session was closed", function() session:close() end)
end)

t.test("a response that was closed cannot be read, whatever was at hand", function()
  local session <close> = support.session()
  for _, path in ipairs { "/echo", "/body/bytes?bytes=3000000" } do
    local response = session:get(url(path))
    response:close()
    for _, name in ipairs { "bytes", "text", "json", "chunks", "lines" } do
      t.raises("closed", response[name], response)
    end
    response = session:get(url(path))
    local next_chunk = response:chunks(10)
    next_chunk()
    response:close()
    t.raises("closed", next_chunk)
  end
  local response = session:get(url "/echo")
  local text = response:text()
  response:close()
  t.eq(response:text(), text)
end)

t.test("localhost with the dot of the root", function()
  local address = url("/echo"):gsub("127%.0%.0%.1", "localhost.")
  t.eq(http.get(address).status, 200)
end)

t.test("a file is not touched by a response that cannot be read", function()
  local dir <close> = fs.temp_dir()
  local path = fs.path.join(dir.path, "kept")
  fs.write_file(path, "kept")
  local response = http.get(url "/echo")
  response:close()
  t.raises("closed", response.save, response, path)
  t.eq(fs.read_file(path), "kept")
end)
