-- map: fn over a list, at most `concurrency` at a time.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("results in the list's order, whatever ends first", function()
  local results = async.map({ 3, 1, 2 }, function(n)
    support.turns(n)
    return n * 10
  end)
  same({ results[1], results[2], results[3] }, { 30, 10, 20 })
end)

for _, limit in ipairs { 1, 2, 5, 100 } do
  test("at most " .. limit .. " at a time", function()
    local most, now, list = 0, 0, {}
    for i = 1, 20 do list[i] = i end
    async.map(list, function(n)
      now = now + 1
      most = math.max(most, now)
      support.turns(n % 3)
      now = now - 1
    end, { concurrency = limit })
    truthy(most <= limit and most >= math.min(limit, 5), "most at a time: " .. most)
  end)
end

test("a failure stops the others, and those not begun never begin", function()
  local begun, unwound = 0, 0
  same({ pcall(async.map, { 1, 2, 3, 4, 5, 6 }, function(n)
    begun = begun + 1
    if n == 2 then error("no 2", 0) end
    local _ <close> = support.closing(function() unwound = unwound + 1 end)
    async.sleep(10)
  end, { concurrency = 2 }) }, { false, "no 2" })
  same({ begun, unwound }, { 2, 1 })
end)

test("cancelled from outside", function()
  local unwound = 0
  local task = async.create_task(async.map, { 1, 2, 3 }, function()
    local _ <close> = support.closing(function() unwound = unwound + 1 end)
    async.sleep(10)
  end)
  support.turns(2)
  task:cancel()
  support.cancelled(task)
  same(unwound, 3)
end)

test("an empty list; nil results", function()
  same(#async.map({}, print), 0)
  local results = async.map({ 1, 2 }, function(n) if n == 2 then return n end end)
  same({ results[1] == nil, results[2] }, { true, 2 })
end)

test("argument errors", function()
  test.raises("concurrency", async.map, { 1 }, print, { concurrency = 0 })
  test.raises("concurrency", async.map, { 1 }, print, { concurrency = 1.5 })
  test.raises("did you mean 'concurrency'", async.map, { 1 }, print, { concurency = 1 })
  test.raises("usage", async.map, nil, print)
  test.raises("usage", async.map, { 1 }, nil)
  test.raises("usage", async.map, { 1 }, 5)
end)
