-- Bodies of requests: sent piece by piece, with back-pressure, answered early.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function pieces(count, size)
  local piece = ("x"):rep(size)
  local sent = 0
  return function()
    if sent == count then return nil end
    sent = sent + 1
    return piece
  end
end

local function upload(options, path)
  local response <close> = http.post(url(path or "/upload"), options)
  return response:json()
end

test("a function gives the body in chunks", function()
  local got = upload { body = pieces(100, 10000) }
  test.same(got.bytes, 1000000)
  test.same(got.framing, "chunked")
end)

test("with a Content-Length it is sent as it is", function()
  local got = upload { body = pieces(100, 10000), headers = { ["Content-Length"] = 1000000 } }
  test.same(got.bytes, 1000000)
  test.same(got.framing, "length")
  test.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 21 } })
  test.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 19 } })
end)

test("a generator, pieces that are empty, and none at all", function()
  local gen = async.generator(function()
    for _, piece in ipairs { "a", "", "bc" } do
      async.sleep(0)
      coroutine.yield(piece)
    end
  end)
  test.same(upload({ body = gen() }, "/echo").body, "abc")
  test.same(upload({ body = function() end }, "/echo").body, "")
  test.raises("usage", upload, { body = function() return 42 end })
end)

test("no more than the Content-Length is sent", function()
  local tag = support.tag()
  test.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 15 } },
    "/upload?tag=" .. tag)
  test.same(support.stats(tag, "gone", 1).bytes_read, 10)
end)

test("what a source does wrong is said with the line of the request", function()
  local function here() return debug.getinfo(2, "l").currentline end
  local line
  local err = test.raises("usage", function()
    line = here() + 1
    http.post(url "/upload", { body = function() return 42 end })
  end)
  local place = "uploads_test.lua:%d: POST " .. url "/upload"
  test.contains(err.message, (place .. ": a body consists of strings, got a number"):format(line))
  err = test.raises("usage", function()
    line = here() + 1
    http.post(url "/upload", { body = pieces(1, 5), headers = { ["Content-Length"] = 6 } })
  end)
  test.truthy(err.message:find((place .. ": the body is not"):format(line), 1, true), err.message)
end)

test("a large string", function()
  test.same(upload({ body = ("x"):rep(20000000) }).bytes, 20000000)
end)

test("an error of the source is the request's", function()
  local err = test.raises("source failed", upload, { body = function() error("source failed", 0) end })
  test.same(err, "source failed")
end)

test("the source is asked no faster than the server reads", function()
  local asked = 0
  local piece = ("x"):rep(65536)
  local task = async.create_task(pcall, http.post, url "/upload/stop", { body = function()
    asked = asked + 1
    return piece
  end })
  async.sleep(0.2)
  local then_asked = asked
  async.sleep(0.1)
  test.same(asked, then_asked)
  test.truthy(asked * 65536 < 32 * 1024 * 1024)
  task:cancel()
end)

test("early answers are read, and the connection is not used again", function()
  for _, path in ipairs { "/early/close", "/early/reset", "/early/stop" } do
    for _, body in ipairs { ("x"):rep(5000000), false } do
      local session <close> = support.session { timeout = { total = 10 } }
      local response <close> = session:post(url(path), { body = body or pieces(1000, 10000) })
      test.same(response.status, 413, path)
      test.same(response:text(), "too large\n", path)
      local echo <close> = session:get(url "/echo")
      test.same(echo:json().request, 1)
    end
  end
end)

test("what the server takes no more of times out", function()
  local session <close> = support.session { timeout = { read = 0.1 } }
  local err = test.raises("timeout", session.post, session, url "/upload/stop", { body = ("x"):rep(20000000) })
  test.same(err.phase, "read")
  test.same(err.url, url "/upload/stop")
end)

test("a server that breaks off", function()
  for _, path in ipairs { "/upload/reset", "/upload/close" } do
    local ok, err = pcall(upload, { body = ("x"):rep(20000000) }, path)
    test.same(ok, false)
    test.truthy(err.kind == "io" or err.kind == "http", tostring(err))
  end
end)

test("a slow source is no silence of the server's", function()
  local session <close> = support.session { timeout = { read = 0.05 } }
  local left = 3
  local response <close> = session:post(url "/upload", { body = function()
    if left == 0 then return nil end
    left = left - 1
    async.sleep(0.1)
    return "x"
  end })
  test.same(response:json().bytes, 3)
end)
