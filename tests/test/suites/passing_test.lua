local async = require "arun.async"
local test = require "arun.test"

test("an hour of back-off", function(t)
  local began = async.time()
  local limit <close> = async.timeout(3601)
  for _ = 1, 6 do async.sleep(600) end
  t.near(async.time() - began, 3600, 1e-6)
end)

test("an async function", async(function(t)
  local task = async.create_task(async.sleep, 2, "value")
  t.eq(async.await(task), "value")
end))

test.each({ { 1, 2, 3 }, { name = "named", 2, 2, 4 } }, "adds", function(t, a, b, sum) t.eq(a + b, sum) end)
test.each({ "one", { word = "two" } }, "takes", function(t, value) t.truthy(value.word or value:len()) end)

test.describe("outer", { tags = "grouped" }, function()
  local steps = {}
  local function step(name) return function() async.sleep(1) steps[#steps + 1] = name end end
  test.before_all(step "before all")
  test.after_all(function(t)
    t.same(steps, { "before all", "outer before", "inner before", "body", "after 2", "after 1", "fixture cleaned up",
      "inner after", "outer after" })
  end)
  test.before_each(step "outer before")
  test.after_each(step "outer after")
  test.fixture("base", function(use)
    async.sleep(1)
    use("base")
    step "fixture cleaned up" ()
  end)

  test.describe("inner", function()
    test.before_each(step "inner before")
    test.after_each(step "inner after")
    test.fixture("derived", function(use, t) use(t.use "base" .. " and more") end)
    test("in order", function(t)
      t.eq(t.use "derived", "base and more")
      t.eq(t.use "base", "base")
      t.after(step "after 1")
      t.after(step "after 2")
      t.eq(t.name, "outer > inner > in order")
      step "body" ()
    end)
  end)
end)

test.describe("shared", function()
  local made = 0
  test.fixture("counter", { scope = "group" }, function(use)
    made = made + 1
    local ticker = async.create_task(function() while true do async.sleep(10) end end)
    use(made)
    ticker:cancel()
    async.wait { ticker }
  end)
  for round = 1, 3 do
    test("use " .. round, function(t) t.eq(t.use "counter", 1) end)
  end
end)

test("real time", { real_time = true }, function(t)
  local began = os.clock()
  async.sleep(0.002)
  t.truthy(os.clock() - began < 1)
end)

test.fails("a known fault", function(t) t.eq(1, 2) end)
test.fails("with a reason", { fails = "not implemented by the peer" }, function(t) t.fail("x") end)
test.skip("not now", function(t) t.fail("ran") end)
test("skips itself", function(t) t.skip("no printer") end)
test("eventually", function(t)
  local ready = false
  async.call_later(30, function() ready = true end)
  t.eventually(function() return ready end, 60)
end)

test.describe("a group's fixture whose set-up fails once", function()
  local attempts = 0
  test.fixture("server", { scope = "group" }, function(use)
    attempts = attempts + 1
    async.sleep(1)
    if attempts == 1 then error("the port is taken") end
    use("server " .. attempts)
  end)
  test.fails("fails the test that asked", function(t) t.use("server") end)
  test("is made again", function(t) t.eq(t.use("server"), "server 2") end)
  test("and kept", function(t) t.eq(t.use("server"), "server 2") end)
end)

test.describe("<close>", function()
  local seen
  test.fails("sees the error of the test", function()
    local scope <close> = setmetatable({}, { __close = function(_, err) seen = err end })
    error("as it is", 0)
  end)
  test("saw it", function(t) t.eq(seen, "as it is") end)
end)

test("tasks of a test share its fixture", function(t)
  local values = async.gather { function() return t.use("slow") end, function() return t.use("slow") end }
  t.eq(values[1], values[2])
end)
test.fixture("slow", function(use)
  async.sleep(1)
  use({})
  async.sleep(1)
end)
