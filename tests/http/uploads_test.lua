-- Bodies of requests: sent piece by piece, with back-pressure, answered early.
-- servers: origin

local t = require "harness"
local async = require "arun.async"
local http = require "arun.http"
local support = require "http.support"

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

t.test("a function gives the body in chunks", function()
  local got = upload { body = pieces(100, 10000) }
  t.eq(got.bytes, 1000000)
  t.eq(got.framing, "chunked")
end)

t.test("with a Content-Length it is sent as it is", function()
  local got = upload { body = pieces(100, 10000), headers = { ["Content-Length"] = 1000000 } }
  t.eq(got.bytes, 1000000)
  t.eq(got.framing, "length")
  t.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 21 } })
  t.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 19 } })
end)

t.test("a generator, pieces that are empty, and none at all", function()
  local gen = async.generator(function()
    for _, piece in ipairs { "a", "", "bc" } do
      async.sleep(0)
      coroutine.yield(piece)
    end
  end)
  t.eq(upload({ body = gen() }, "/echo").body, "abc")
  t.eq(upload({ body = function() end }, "/echo").body, "")
  t.raises("usage", upload, { body = function() return 42 end })
end)

t.test("no more than the Content-Length is sent", function()
  local tag = support.tag()
  t.raises("Content%-Length", upload, { body = pieces(2, 10), headers = { ["Content-Length"] = 15 } },
    "/upload?tag=" .. tag)
  t.eq(support.stats(tag, "gone", 1).bytes_read, 10)
end)

t.test("what a source does wrong is said with the line of the request", function()
  local function here() return debug.getinfo(2, "l").currentline end
  local line
  local err = t.raises("usage", function()
    line = here() + 1
    http.post(url "/upload", { body = function() return 42 end })
  end)
  local place = "uploads_test.lua:%d: POST " .. url "/upload"
  t.ok(err.message:find((place .. ": a body consists of strings, got a number"):format(line), 1, true), err.message)
  err = t.raises("usage", function()
    line = here() + 1
    http.post(url "/upload", { body = pieces(1, 5), headers = { ["Content-Length"] = 6 } })
  end)
  t.ok(err.message:find((place .. ": the body is not"):format(line), 1, true), err.message)
end)

t.test("a large string", function()
  t.eq(upload({ body = ("x"):rep(20000000) }).bytes, 20000000)
end)

t.test("an error of the source is the request's", function()
  local err = t.raises("source failed", upload, { body = function() error("source failed", 0) end })
  t.eq(err, "source failed")
end)

t.test("the source is asked no faster than the server reads", function()
  local asked = 0
  local piece = ("x"):rep(65536)
  local task = async.create_task(pcall, http.post, url "/upload/stop", { body = function()
    asked = asked + 1
    return piece
  end })
  async.sleep(0.2)
  local then_asked = asked
  async.sleep(0.1)
  t.eq(asked, then_asked)
  t.ok(asked * 65536 < 32 * 1024 * 1024)
  task:cancel()
end)

t.test("early answers are read, and the connection is not used again", function()
  for _, path in ipairs { "/early/close", "/early/reset", "/early/stop" } do
    for _, body in ipairs { ("x"):rep(5000000), false } do
      local session <close> = support.session { timeout = { total = 10 } }
      local response <close> = session:post(url(path), { body = body or pieces(1000, 10000) })
      t.eq(response.status, 413, path)
      t.eq(response:text(), "too large\n", path)
      local echo <close> = session:get(url "/echo")
      t.eq(echo:json().request, 1)
    end
  end
end)

t.test("what the server takes no more of times out", function()
  local session <close> = support.session { timeout = { read = 0.1 } }
  local err = t.raises("timeout", session.post, session, url "/upload/stop", { body = ("x"):rep(20000000) })
  t.eq(err.phase, "read")
  t.eq(err.url, url "/upload/stop")
end)

t.test("a server that breaks off", function()
  for _, path in ipairs { "/upload/reset", "/upload/close" } do
    local ok, err = pcall(upload, { body = ("x"):rep(20000000) }, path)
    t.eq(ok, false)
    t.ok(err.kind == "io" or err.kind == "http", tostring(err))
  end
end)

t.test("a slow source is no silence of the server's", function()
  local session <close> = support.session { timeout = { read = 0.05 } }
  local left = 3
  local response <close> = session:post(url "/upload", { body = function()
    if left == 0 then return nil end
    left = left - 1
    async.sleep(0.1)
    return "x"
  end })
  t.eq(response:json().bytes, 3)
end)
