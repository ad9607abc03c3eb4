-- Each operation is cancelled at its first suspension, then at its second, and so on until it comes to its end: it ends
-- at once, and no descriptor, no connection's place, no task and no file is left.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local fs = require "arun.fs"
local native = require "arun.native.test"
local support = require "support"

-- More than any of the operations takes.
local MOST = 500

local function open_descriptors() return #fs.list "/proc/self/fd" end

-- What ended in this very moment has its turns to be gone.
local function settle()
  for _ = 1, 3 do async.sleep(0) end
  collectgarbage()
  async.sleep(0)
end

local function check_pool(pool, what)
  test.same({ pool.active, pool.handed, pool.waiting_count }, { 0, 0, 0 }, what)
  local idle = 0
  for _, host in pairs(pool.hosts) do
    test.same(host.active, 0, what)
    idle = idle + #host.idle
  end
  local open = 0
  for _ in pairs(pool.connections) do open = open + 1 end
  test.same({ pool.idle, open }, { idle, idle }, what)
end

-- One run, cancelled at that suspension. Whether it got so far.
local function run(operate, session, at)
  local trial = native.trial(nil, at)
  trial:count(true)
  local task = async.create_task(operate, session)
  local verdict = trial:watch(task, 60)
  local reached = trial:suspensions() >= at
  settle()
  local left = trial:describe()
  local reports = trial:finish()
  local what = "cancelled at suspension " .. at
  test.same({ verdict, left, reports }, { "ended", "", nil }, what)
  if not task:cancelled() then test.same(task:error(), nil, what) end
  check_pool(session.pool, what)
  return reached
end

-- The last suspension at which it was cancelled.
local function sweep(operate, options, after)
  local count = 0
  local function all()
    local session <close> = support.session(options)
    local at, too_late = 0, 0
    -- What has come in the meantime need not be waited for: runs differ by some suspensions.
    while too_late < 3 do
      at = at + 1
      test.truthy(at < MOST, "more suspensions than there can be")
      local reached = run(operate, session, at)
      if after then after() end
      too_late = reached and 0 or too_late + 1
      if reached then count = at end
    end
  end
  -- What is kept for the rest of the program (a resolver) is there after the first time.
  all()
  settle()
  local before = open_descriptors()
  all()
  settle()
  test.same(open_descriptors(), before)
  return count
end

local function source()
  local left = 5
  return function()
    if left == 0 then return nil end
    left = left - 1
    async.sleep(0)
    return ("x"):rep(50000)
  end
end

local function take(iterator)
  for _ in iterator do end -- luacheck: ignore
end

local function with_response(path, use)
  return function(session, url)
    local response <close> = session:get(url(path))
    return use(response)
  end
end

-- name, operation(session, url), the suspensions it has at least (2)
local operations = {
  { "get", with_response("/echo", function(r) return r:bytes() end) },
  { "bytes of a long body", with_response("/slow/body?seconds=0.002", function(r) return r:bytes() end) },
  { "text", with_response("/drip/body?bytes=5&seconds=0.001", function(r) return r:text() end) },
  { "chunks", with_response("/body/bytes?bytes=300000", function(r) take(r:chunks(10000)) end) },
  { "lines", with_response("/drip/all", function(r) take(r:lines()) end) },
  { "a coded body", with_response("/compress/gzip", function(r) return r:text() end) },
  { "a body that is not read", with_response("/body/endless", function() end) },
  { "redirects", with_response("/redirect/chain?count=3", function(r) return r:bytes() end) },
  { "a redirect with a rest", with_response("/redirect/late-body?seconds=0.002", function(r) r:bytes() end) },
  { "a large body", function(session, url)
    local response <close> = session:post(url "/upload", { body = ("x"):rep(1000000) })
    test.same(response:json().bytes, 1000000)
  end },
  { "an upload from a function", function(session, url)
    local response <close> = session:post(url "/upload", { body = source() })
    test.same(response:json().bytes, 250000)
  end, 6 },
  { "an upload that waits to be wanted", function(session, url)
    local response <close> = session:post(url "/expect/continue", { body = source(), expect100 = true })
    test.same(response:json().bytes, 250000)
  end, 6 },
  { "a connection that was closed meanwhile", function(session, url)
    session:get(url "/close/after-request"):bytes()
    session:get(url "/echo"):bytes()
  end },
  { "a wait for a connection", function(session, url)
    local tasks <close> = async.task_group()
    for _ = 1, 3 do
      tasks:create_task(function()
        local response <close> = session:get(url "/slow/head?seconds=0.002")
        return response:bytes()
      end)
    end
  end, 6 },
  { "a wait for one that a forgotten response holds", function(session, url)
    session:get(url "/body/endless")
    session:get(url "/echo"):bytes()
  end },
  { "the end of a session", function(_, url)
    local session = support.session()
    local response <close> = session:get(url "/body/endless")
    local reading = async.create_task(pcall, response.bytes, response)
    async.sleep(0)
    session:close()
    async.await(reading)
  end },
}

for _, port in ipairs { false, "TLS" } do
  local function url(path) return support.url(path, port or nil) end
  for _, operation in ipairs(operations) do
    local name, operate, least = table.unpack(operation)
    test(name .. (port and ", over TLS" or ""), function()
      local count = sweep(function(session) return operate(session, url) end, { max_connections = 1 })
      test.truthy(count >= (least or 2), ("only %d suspensions"):format(count))
    end)
  end

  test("save" .. (port and ", over TLS" or ""), function()
    local folder <close> = fs.temp_dir()
    local path = fs.path.join(folder.path, "body")
    fs.write_file(path, "old")
    local count = sweep(function(session)
      local response <close> = session:get(url "/body/bytes?bytes=300000")
      response:save(path)
    end, nil, function()
      -- What the pool had begun ends by itself.
      for _ = 1, 1000 do
        if #fs.list(folder.path) == 1 then break end
        async.sleep(0.001)
      end
      test.same(#fs.list(folder.path), 1)
      local size = fs.stat(path).size
      test.truthy(size == 3 or size == 300000, size)
      fs.write_file(path, "old")
    end)
    test.truthy(count >= 6, ("only %d suspensions"):format(count))
  end)
end
