-- Time limits: each says which it was.
-- servers: origin

local t = require "harness"
local async = require "arun.async"
local support = require "http.support"

local url = support.url

local function times_out(phase, options, path, port)
  local session <close> = support.session { timeout = options }
  local address = url(path, port)
  local err = t.raises("timeout", function()
    local response <close> = session:get(address)
    response:bytes()
  end)
  t.eq(err.phase, phase, path)
  t.eq(err.url, address)
end

local stalls = { "/stall/head", "/stall/status-line", "/stall/headers", "/stall/interim", "/stall/body", "/stall/chunk",
  "/stall/last-chunk", "/stall/until-close" }

t.test("nothing comes for too long", function()
  for _, path in ipairs(stalls) do times_out("read", { read = 0.02 }, path) end
  times_out("read", { read = 0.02 }, "/", "SILENT")
end)

t.test("all of it takes too long", function()
  for _, path in ipairs(stalls) do times_out("total", { total = 0.02 }, path) end
  times_out("total", { total = 0.1 }, "/drip/body?bytes=1000")
end)

t.test("redirects are part of all of it", function()
  local session <close> = support.session { timeout = { total = 0.1 }, max_redirects = 10000 }
  local err = t.raises("timeout", session.get, session, url "/redirect/endless")
  t.eq(err.phase, "total")
end)

t.test("no connection comes about", function()
  times_out("connect", { connect = 0.02 }, "/", "UNANSWERED")
  times_out("total", { total = 0.02 }, "/", "UNANSWERED")
end)

t.test("a body that trickles is never silent", function()
  local session <close> = support.session { timeout = { read = 0.2 } }
  local response <close> = session:get(url "/drip/body?bytes=40")
  t.eq(#response:bytes(), 40)
end)

t.test("a request has limits of its own", function()
  local session <close> = support.session { timeout = { read = 60 } }
  local err = t.raises("timeout", session.get, session, url "/stall/head", { timeout = { read = 0.02 } })
  t.eq(err.phase, "read")
  err = t.raises("timeout", session.get, session, url "/stall/head", { timeout = 0.02 })
  t.eq(err.phase, "total")
end)

t.test("a reader that takes its time is no silence", function()
  local session <close> = support.session { timeout = { read = 0.02 } }
  local response <close> = session:get(url "/body/bytes?bytes=5000000")
  local size = 0
  for chunk in response:chunks() do
    if size == 0 then async.sleep(0.05) end
    size = size + #chunk
  end
  t.eq(size, 5000000)
end)

t.test("a limit of the caller's is the caller's", function()
  local session <close> = support.session()
  local err = t.raises("timeout", function()
    local _ <close> = async.timeout(0.02)
    session:get(url "/stall/head")
  end)
  t.eq(err.url, nil)
end)
