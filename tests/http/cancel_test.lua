-- Whatever is cancelled leaves nothing behind.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local support = require "support"

local url = support.url

test("a request that is cancelled frees its place", function()
  local tag = support.tag()
  local session <close> = support.session { max_connections = 1 }
  for _, path in ipairs { "/stall/head", "/stall/headers", "/slow/head" } do
    local task = async.create_task(session.get, session, url(path .. "?tag=" .. tag))
    support.stats(tag, "active", 1)
    task:cancel()
    support.stats(tag, "active", 0)
    local response <close> = session:get(url "/echo")
    test.same(response.status, 200)
  end
end)

test("so does one that is cancelled while its body is read", function()
  local session <close> = support.session { max_connections = 1 }
  local response = session:get(url "/stall/body")
  local task = async.create_task(response.bytes, response)
  async.sleep(0.01)
  task:cancel()
  local other <close> = session:get(url "/echo")
  test.same(other.status, 200)
  test.raises("closed", response.bytes, response)
end)

test("at every turn", function()
  local session <close> = support.session { max_connections = 2 }
  for turns = 0, 12 do
    local task = async.create_task(function()
      local response <close> = session:get(url("/echo", turns % 2 == 0 and "TLS" or nil))
      return response:bytes()
    end)
    for _ = 1, turns do async.sleep(0.001) end
    task:cancel()
    async.wait { task }
  end
  for _ = 1, 3 do
    local response <close> = session:get(url "/echo")
    test.same(response.status, 200)
  end
  test.same(session.pool.active, 0)
end)

test("1,000 requests in flight", function()
  test.no_leak(function()
    local session <close> = support.session { max_connections = 1000 }
    local tasks = {}
    for i = 1, 1000 do tasks[i] = async.create_task(session.get, session, url "/stall/head") end
    async.sleep(0.5)
    for _, task in ipairs(tasks) do task:cancel() end
    async.wait(tasks)
    test.same(session.pool.active, 0)
  end, 1)
end)

test("an upload ends with its request, whatever its source waits for", function()
  local session <close> = support.session()
  for _, wait in ipairs { async.sleep, function() async.event():wait() end } do
    local asked = 0
    local task = async.create_task(session.post, session, url "/upload/stop", { body = function()
      asked = asked + 1
      if asked > 3 then wait(0) end
      return ("x"):rep(1000)
    end })
    while asked < 4 do async.sleep(0.001) end
    task:cancel()
    async.wait { task }
  end
end)
