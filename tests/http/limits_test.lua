-- Time limits: each says which it was.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
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
