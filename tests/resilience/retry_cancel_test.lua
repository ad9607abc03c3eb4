-- retry passes cancellation on at once: its own, and one that reaches it as an error.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function cancelled_while(fn, given)
  local calls = 0
  local task = async.create_task(function()
    return resilience.retry(function()
      calls = calls + 1
      return fn()
    end, given)
  end)
  async.sleep(0.002)
  task:cancel()
  test.raises("cancelled", async.await, task)
  truthy(task:cancelled())
  return calls
end

test("cancelled during an attempt", function()
  same(cancelled_while(function() async.sleep(10) end, { base = 0 }), 1)
end)

test("cancelled during a wait", function()
  same(cancelled_while(function() error "no" end, { base = 10 }), 1)
end)

test("an error of kind cancelled is not tried again", function()
  local other = async.create_task(function() async.sleep(10) end)
  other:cancel()
  local calls = 0
  test.raises("cancelled", resilience.retry, function()
    calls = calls + 1
    async.await(other)
  end, { base = 0 })
  same(calls, 1)
end)

test("a time limit inside fn is tried again, one around retry ends it", function()
  local calls = 0
  local function slow()
    calls = calls + 1
    async.wait_for(async.future(), 0.001)
  end
  test.raises("timeout", resilience.retry, slow, { base = 0 })
  same(calls, 3)
  calls = 0
  test.raises("timeout", function()
    local _ <close> = async.timeout(0.01)
    resilience.retry(slow, { base = 10 })
  end)
  same(calls, 1)
end)
