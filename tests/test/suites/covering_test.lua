local async = require "arun.async"
local covered = require "covered"
local test = require "arun.test"

test("in a task and in a coroutine", function(t)
  t.eq(async.await(async.create_task(covered.sum, 3)), 6)
  t.eq(coroutine.wrap(covered.sum)(2), 3)
end)

test("what was preloaded", function(t) t.eq(PRELOADED, "once") end) -- luacheck: ignore
