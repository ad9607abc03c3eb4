-- Time limits: each says which it was.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local program = require "tests.program"
local support = require "support"

local url = support.url

test.real_time() -- of servers that take their time

local function times_out(phase, options, path, port)
  local session <close> = support.session { timeout = options }
  local address = url(path, port)
  local err = test.raises("timeout", function()
    local response <close> = session:get(address)
    response:bytes()
  end)
  test.same(err.phase, phase, path)
  test.same(err.url, address)
end

local stalls = { "/stall/head", "/stall/status-line", "/stall/headers", "/stall/interim", "/stall/body", "/stall/chunk",
  "/stall/last-chunk", "/stall/until-close" }

test("nothing comes for too long", function()
  for _, path in ipairs(stalls) do times_out("read", { read = 0.02 }, path) end
  times_out("read", { read = 0.02 }, "/", "SILENT")
end)

test("all of it takes too long", function()
  for _, path in ipairs(stalls) do times_out("total", { total = 0.02 }, path) end
  times_out("total", { total = 0.1 }, "/drip/body?bytes=1000")
end)

test("redirects are part of all of it", function()
  local session <close> = support.session { timeout = { total = 0.1 }, max_redirects = 10000 }
  local err = test.raises("timeout", session.get, session, url "/redirect/endless")
  test.same(err.phase, "total")
end)

test("no connection comes about", function()
  times_out("connect", { connect = 0.02 }, "/", "UNANSWERED")
  times_out("total", { total = 0.02 }, "/", "UNANSWERED")
end)

test("a body that trickles is never silent", function()
  local session <close> = support.session { timeout = { read = 0.2 } }
  local response <close> = session:get(url "/drip/body?bytes=40")
  test.same(#response:bytes(), 40)
end)

test("a request has limits of its own", function()
  local session <close> = support.session { timeout = { read = 60 } }
  local err = test.raises("timeout", session.get, session, url "/stall/head", { timeout = { read = 0.02 } })
  test.same(err.phase, "read")
  err = test.raises("timeout", session.get, session, url "/stall/head", { timeout = 0.02 })
  test.same(err.phase, "total")
end)

test("a reader that takes its time is no silence", function()
  local session <close> = support.session { timeout = { read = 0.02 } }
  local response <close> = session:get(url "/body/bytes?bytes=5000000")
  local size = 0
  for chunk in response:chunks() do
    if size == 0 then async.sleep(0.05) end
    size = size + #chunk
  end
  test.same(size, 5000000)
end)

test("a limit of the caller's is the caller's", function()
  local session <close> = support.session()
  local err = test.raises("timeout", function()
    local _ <close> = async.timeout(0.02)
    session:get(url "/stall/head")
  end)
  test.same(err.url, nil)
end)

test("the limit for all of it holds also while data is at hand", function()
  local session <close> = support.session()
  local response <close> = session:get(url "/body/bytes?bytes=3000000", { timeout = 0.2 })
  local next_chunk = response:chunks()
  test.truthy(next_chunk())
  async.sleep(0.25)
  local err = test.raises("timeout", next_chunk)
  test.same(err.phase, "total")
  test.truthy(err.message:find("0.2 s", 1, true), err.message)
end)

test("the wait for a place in the pool is part of the limits", function()
  local session <close> = support.session { max_connections = 1 }
  local unread <close> = session:get(url "/body/bytes?bytes=3000000")
  test.truthy(unread)
  local err = test.raises("timeout", session.get, session, url "/echo", { timeout = { connect = 0.05 } })
  test.same(err.phase, "connect")
  test.truthy(err.message:find("all 1 connections to " .. url(""), 1, true), err.message)
  test.truthy(err.message:find("1 of them by responses", 1, true), err.message)
  err = test.raises("timeout", session.get, session, url "/echo", { timeout = 0.05 })
  test.same(err.phase, "total")
  test.same(session.pool.active, 1)
end)

test("the limit to connect holds for wait and connection together", function()
  local session <close> = support.session { max_connections = 1 }
  local unread = session:get(url "/body/bytes?bytes=3000000")
  async.call_later(0.15, function() unread:close() end)
  local start = async.time()
  local err = test.raises("timeout", session.get, session, url("/", "UNANSWERED"), { timeout = { connect = 0.2 } })
  test.same(err.phase, "connect")
  test.truthy(async.time() - start < 0.35, "the limit began again")
end)

test("a limit of nothing is none that can be kept", function()
  for _, timeout in ipairs { 0, -1, { read = 0 }, { connect = -1 }, { total = 0 / 0 } } do
    test.raises("usage", support.session, { timeout = timeout })
  end
  local err = test.raises("usage", support.session, { timeout = -1 })
  test.truthy(err.message:find("option 'timeout': a number above 0", 1, true), err.message)
  err = test.raises("usage", support.session, { timeout = { read = 0 } })
  test.truthy(err.message:find("option 'timeout.read'", 1, true), err.message)
  support.session { timeout = math.huge }:close()
end)

test("an unread response keeps no deadlock from being told", function()
  local output, code = program.run(([[
    local http = require "arun.http"
    local async = require "arun.async"
    local response = http.get "%s"
    response:chunks(1000)()
    async.queue():get()]]):format(url "/drip/body?bytes=100000"))
  test.same(code, 1)
  program.holds(output, "deadlock: 1 task(s) wait", "an item of a queue")
end)
