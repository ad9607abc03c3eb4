-- retry: how often fn is called, what comes back, which errors are tried again.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local quick = { base = 0, jitter = false }

-- A function that fails so many times before it gives "done", and how often it was called.
local function failing(times, err)
  local calls = { n = 0 }
  return function()
    calls.n = calls.n + 1
    if calls.n <= times then error(err or ("failure " .. calls.n), 0) end
    return "done", nil, calls.n
  end, calls
end

test("gives all results of the first success", function()
  local fn, calls = failing(2)
  same(table.pack(resilience.retry(fn, quick)), { n = 3, "done", nil, 3 })
  same(calls.n, 3)
end)

test("raises the last error, untouched", function()
  local fn, calls = failing(9)
  same({ pcall(resilience.retry, fn, quick) }, { false, "failure 3" })
  same(calls.n, 3)
  local object = setmetatable({}, {})
  local good, err = pcall(resilience.retry, function() error(object) end, { attempts = 2, base = 0 })
  truthy(not good and err == object)
  same({ pcall(resilience.retry, error, { attempts = 1 }) }, { false, nil })
end)

test("async functions, and coroutine objects once", function()
  local calls = 0
  local fetch = async(function()
    calls = calls + 1
    async.sleep(0)
    if calls < 3 then error "not yet" end
    return "fetched"
  end)
  same(resilience.retry(fetch, quick), "fetched")
  same(calls, 3)
  calls = 0
  test.raises("not yet", resilience.retry, fetch(), quick)
  same(calls, 1)
end)

test("retry_on: a kind, kinds, a function, an async function", function()
  local function calls_with(retry_on, err)
    local fn, calls = failing(9, err)
    pcall(resilience.retry, fn, { base = 0, retry_on = retry_on })
    return calls.n
  end
  same(calls_with("io", { kind = "io" }), 3)
  same(calls_with("io", { kind = "dns" }), 1)
  same(calls_with("io", "text"), 1)
  same(calls_with({ "io", "dns" }, { kind = "dns" }), 3)
  same(calls_with({}, { kind = "dns" }), 1)
  same(calls_with(function(err) return err == "text" end, "text"), 3)
  same(calls_with(function(err) return err == "text" end, "other"), 1)
  same(calls_with(async(function(err) async.sleep(0) return err == "text" end), "other"), 1)
end)

test("wrong options", function()
  local err = test.raises("usage", resilience.retry, print, { attempt = 1 })
  truthy(tostring(err):find("did you mean 'attempts'", 1, true), tostring(err))
  for _, given in ipairs {
    { attempts = 0 }, { attempts = 1.5 }, { base = -1 }, { base = 0 / 0 }, { factor = 0 }, { max = "x" },
    { jitter = 2 }, { jitter = "x" }, { retry_on = 1 }, { on_retry = "x" },
  } do
    err = test.raises("usage", resilience.retry, print, given)
    truthy(tostring(err):find("option '" .. next(given) .. "'", 1, true), tostring(err))
  end
  err = test.raises("usage", function() resilience.retry(print, { jitter = 2 }) end)
  truthy(tostring(err):find "^[^:]*retry_test.lua:%d+: option 'jitter'", tostring(err))
end)
