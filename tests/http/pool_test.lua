-- Connections: kept, limited, shared out.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local support = require "support"

local url = support.url

local function connection_of(session, path)
  local response <close> = session:get(url(path or "/echo"))
  local echo = response:json()
  return echo.connection, echo.request
end

test("a connection carries one request after the other", function()
  local session <close> = support.session()
  local first = connection_of(session)
  for i = 2, 5 do
    local connection, request = connection_of(session)
    test.same(connection, first)
    test.same(request, i)
  end
end)

test("not after an answer that ends it, or has more than it says", function()
  for _, path in ipairs { "/keep-alive/close", "/keep-alive/1.0-unsaid", "/keep-alive/garbage", "/body/until-close",
      "/keep-alive/second-answer", "/status?code=200" } do
    local session <close> = support.session()
    session:get(url(path)):bytes()
    local _, request = connection_of(session)
    test.same(request, path:find("status", 1, true) and 2 or 1, path)
  end
end)

-- In real time: nobody waits for an idle connection, and so the virtual clock does not either.
test("what comes on an idle connection makes it unusable", { real_time = true }, function()
  for _, path in ipairs { "/keep-alive/late-garbage", "/keep-alive/408", "/close/idle", "/reset/idle" } do
    local session <close> = support.session()
    session:get(url(path)):bytes()
    async.sleep(0.1)
    local _, request = connection_of(session)
    test.same(request, 1, path)
  end
end)

test("a connection that was idle for a minute is not used again", function()
  local session <close> = support.session()
  connection_of(session)
  for _, host in pairs(session.pool.hosts) do host.idle[1].idle_since = async.time() - 60 end
  local _, request = connection_of(session)
  test.same(request, 1)
  test.same(session.pool.idle, 1)
end)

test("no more connections than allowed, and who waits is served in order", function()
  local tag = support.tag()
  local session <close> = support.session { max_per_host = 2 }
  local order = {}
  local tasks = {}
  for i = 1, 8 do
    tasks[i] = async.create_task(function()
      local response <close> = session:get(url("/slow/head?seconds=0.02&tag=" .. tag))
      order[#order + 1] = i
      response:text()
    end)
  end
  async.gather(tasks)
  for i = 1, 8 do test.truthy(math.abs(order[i] - i) <= 1, "out of order") end
  test.same(support.stats(tag).connections, 2)
end)

test("hosts take turns when all connections are taken", function()
  local session <close> = support.session { max_connections = 1 }
  local order = {}
  local tasks = {}
  for i, port in ipairs { false, false, false, "OTHER", "OTHER" } do
    tasks[i] = async.create_task(function()
      local response <close> = session:get(url("/echo", port or nil))
      order[#order + 1] = i
      response:text()
    end)
  end
  async.gather(tasks)
  test.same(order, { 1, 2, 4, 3, 5 })
end)

test("an idle connection makes room for another host's", function()
  local session <close> = support.session { max_connections = 1 }
  local tag = support.tag()
  session:get(url("/echo?tag=" .. tag)):bytes()
  session:get(url("/echo", "OTHER")):bytes()
  test.same(support.stats(tag, "open", 0).open, 0)
end)

test("who gives up waiting takes nobody's place", function()
  local session <close> = support.session { max_connections = 1 }
  local busy = session:get(url "/stall/body")
  local waiting = async.create_task(session.get, session, url "/echo")
  async.sleep(0)
  local err = test.raises("timeout", session.get, session, url "/echo", { timeout = 0.01 })
  test.same(err.phase, "total")
  waiting:cancel()
  async.sleep(0)
  busy:close()
  test.same(connection_of(session) ~= nil, true)
end)

test("a closed response gives its place to the next", function()
  local session <close> = support.session { max_connections = 1 }
  for _ = 1, 3 do
    local response <close> = session:get(url "/body/endless")
    test.same(response.status, 200)
  end
end)

test("a response that nobody holds ends its transfer", function()
  local tag = support.tag()
  local session <close> = support.session { max_connections = 1 }
  session:get(url("/body/endless?tag=" .. tag))
  collectgarbage()
  collectgarbage()
  test.same(support.stats(tag, "active", 0).active, 0)
  test.truthy(connection_of(session))
end)

test("responses that nobody holds are in nobody's way", function()
  local session <close> = support.session { max_connections = 3 }
  for _ = 1, 10 do session:get(url "/body/endless") end
  test.same(session:get(url "/echo").status, 200)
end)

test("also those that are forgotten while somebody waits", function()
  local session <close> = support.session { max_connections = 1, timeout = { total = 60 } }
  local held = { session:get(url "/body/endless") }
  test.same(held[1].status, 200)
  local waiting = async.create_task(session.get, session, url "/echo")
  for _ = 1, 2 do
    async.sleep(0.02)
    test.same(waiting:done(), false)
  end
  held[1] = nil
  test.same(async.await(waiting).status, 200)
  test.same(session.pool.collector, false)
end)

test("nobody collects for those who wait when every response is in use", function()
  local session <close> = support.session { max_connections = 1, timeout = { total = 60 } }
  local held <close> = session:get(url "/body/endless")
  local before = #async.all_tasks()
  local waiting = async.create_task(pcall, session.get, session, url "/echo")
  async.sleep(0)
  async.sleep(0)
  test.same(#async.all_tasks(), before + 2) -- with the collector
  waiting:cancel()
  async.wait { waiting }
  async.sleep(0)
  test.same(#async.all_tasks(), before)
  test.same(held.status, 200)
end)

test("a closed session is closed", function()
  local session = support.session()
  local stalled = session:get(url "/stall/body")
  local reader = async.create_task(function() return pcall(stalled.bytes, stalled) end)
  local asking = async.create_task(function() return pcall(session.get, session, url "/stall/head") end)
  local connecting = async.create_task(function() return pcall(session.get, session, url("/", "UNANSWERED")) end)
  async.sleep(0.05)
  session:close()
  session:close()
  for _, task in ipairs { reader, asking, connecting } do
    local ok, err = async.await(task)
    test.same(ok, false)
    test.same(err.kind, "closed")
  end
  test.raises("closed", session.get, session, url "/echo")
end)

test("sessions leave nothing open", function()
  test.no_leak(function()
    local session <close> = support.session()
    session:get(url "/echo"):bytes()
    session:get(url "/body/endless")
    pcall(session.get, session, url "/reset/head")
  end)
end)

test("an origin is forgotten when it has no connection and nobody waits for one", function()
  local session <close> = support.session { max_per_host = 1 }
  local function origins()
    local count = 0
    for _ in pairs(session.pool.hosts) do count = count + 1 end
    return count
  end
  pcall(session.get, session, url("/", "REFUSED"))
  test.raises("usage", session.get, session, url "/", { headers = { ["no name"] = 1 } })
  test.same(origins(), 0)
  session:get(url "/body/until-close"):bytes()
  test.same(origins(), 0)
  -- The same origin again is one, whichever way it is asked for: two would be allowed two connections.
  local unread = session:get(url "/body/bytes?bytes=3000000")
  test.raises("timeout", session.get, session, url "/body/until-close", { timeout = 0.02 })
  test.raises("timeout", session.get, session, url "/other", { timeout = 0.02 })
  test.same(origins(), 1)
  unread:close()
  test.same(origins(), 0)
end)
