-- coroutine.* inside tasks behaves as Lua's own, whether or not anything was awaited.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("status: suspended, running, normal, dead", function()
  local outer, inner
  inner = coroutine.create(function()
    same({ coroutine.status(outer), coroutine.status(inner) }, { "normal", "running" })
    async.sleep(0)
    same({ coroutine.status(outer), coroutine.status(inner) }, { "normal", "running" })
    coroutine.yield()
  end)
  outer = coroutine.create(function() truthy(coroutine.resume(inner)) end)
  same(coroutine.status(outer), "suspended")
  truthy(coroutine.resume(outer))
  same({ coroutine.status(outer), coroutine.status(inner) }, { "dead", "suspended" })
end)

test("running and isyieldable", function()
  local main, is_main = coroutine.running()
  same({ type(main), is_main, coroutine.isyieldable() }, { "thread", true, false })
  coroutine.wrap(function()
    async.sleep(0)
    local co, inner_main = coroutine.running()
    same({ co ~= main, inner_main, coroutine.isyieldable(), coroutine.isyieldable(co) }, { true, false, true, true })
  end)()
  same(coroutine.isyieldable(main), false)
end)

test("a bare yield in a task is outside a coroutine", function()
  test.raises("outside a coroutine", coroutine.yield, 1)
  local task = async.create_task(coroutine.yield, 1)
  test.raises("outside a coroutine", async.await, task)
  async.sleep(0)
end)

test("dead and running coroutines cannot be resumed", function()
  local co = coroutine.create(function() async.sleep(0) end)
  truthy(coroutine.resume(co))
  same({ coroutine.resume(co) }, { false, "cannot resume dead coroutine" })
  local again = coroutine.wrap(function() async.sleep(0) end)
  again()
  test.raises("cannot resume dead coroutine", again)
  co = coroutine.create(function() return coroutine.resume(co) end)
  same({ coroutine.resume(co) }, { true, false, "cannot resume non-suspended coroutine" })
end)

test("wrap: errors keep their value, messages get the place of the call", function()
  local value = {}
  local good, err = pcall(coroutine.wrap(function() async.sleep(0) error(value) end))
  truthy(not good and rawequal(err, value))
  local fails = coroutine.wrap(function() async.sleep(0) error("inner", 0) end)
  good, err = pcall(function() fails() end)
  same(good, false)
  truthy(err:find("inner$"), err)
  test.raises("cannot resume dead coroutine", fails)
end)

test("wrap closes the variables of a body that fails", function()
  local log = {}
  local fails = coroutine.wrap(function()
    local _ <close> = support.closing(function(err) log[#log + 1] = err end)
    error("x", 0)
  end)
  pcall(fails)
  same(log, { "x" })
end)

test("resume leaves them to coroutine.close", function()
  local log = {}
  local co = coroutine.create(function()
    local _ <close> = support.closing(function(err) log[#log + 1] = err end)
    error("x", 0)
  end)
  same({ coroutine.resume(co) }, { false, "x" })
  same(log, {})
  same({ coroutine.close(co) }, { false, "x" })
  same(log, { "x" })
end)

test("close: suspended, fresh, dead, with errors, running", function()
  local log = {}
  local co = coroutine.create(function()
    local _ <close> = support.closing(function() log[#log + 1] = "closed" end)
    coroutine.yield()
  end)
  same({ coroutine.close(coroutine.create(print)) }, { true })
  coroutine.resume(co)
  same({ coroutine.close(co) }, { true })
  same({ coroutine.status(co), log }, { "dead", { "closed" } })
  same({ coroutine.close(co) }, { true })
  co = coroutine.create(function()
    local _ <close> = support.closing(function() error("in close", 0) end)
    coroutine.yield()
  end)
  coroutine.resume(co)
  same({ coroutine.close(co) }, { false, "in close" })
  test.raises("cannot close a running coroutine", coroutine.close, coroutine.running())
end)

test("yield across pcall, xpcall and metamethods, with awaits in between", function()
  local co = coroutine.wrap(function(a)
    local good, b = pcall(function()
      async.sleep(0)
      local value = coroutine.yield(a + 1)
      async.sleep(0)
      error(value + 1, 0)
    end)
    local object = setmetatable({}, { __add = function(_, x) return coroutine.yield(x) end })
    local c = object + b
    local _, d = xpcall(function() return coroutine.yield(c) end, debug.traceback)
    return good, b, c, d
  end)
  same({ co(1), co(10), co(20) }, { 2, 11, 20 })
  same({ co(30) }, { false, 11, 20, 30 })
end)

test("argument errors are Lua's", function()
  test.raises("bad argument #1 to 'resume' %(coroutine expected, got number%)", function() coroutine.resume(5) end)
  test.raises("bad argument #1 to 'wrap' %(function expected", function() coroutine.wrap(5) end)
  test.raises("bad argument #1 to 'create' %(function expected", function() coroutine.create() end)
  test.raises("bad argument #1 to 'status' %(coroutine expected, got table%)", function() coroutine.status({}) end)
  test.raises("bad argument #1 to 'close' %(coroutine expected, got no value%)", function() coroutine.close() end)
end)

test("what is replaced are C functions, so that hooks and tracebacks stay as they were", function()
  for _, fn in ipairs { pcall, xpcall, coroutine.resume, coroutine.wrap, coroutine.yield, coroutine.wrap(print) } do
    same(debug.getinfo(fn, "S").what, "C")
  end
end)

test("many arguments and results", function()
  local list = {}
  for i = 1, 200 do list[i] = i end
  local echo = coroutine.wrap(function(...)
    async.sleep(0)
    local packed = table.pack(coroutine.yield(...))
    async.sleep(0)
    return table.unpack(packed, 1, packed.n)
  end)
  same(select("#", echo(table.unpack(list))), 200)
  same({ echo(table.unpack(list)) }, list)
end)

test("too many nested coroutines is an error, not a crash", function()
  local function down()
    local good, err = coroutine.resume(coroutine.create(down))
    if not good then return err end
    return err
  end
  local err = down()
  truthy(tostring(err):find("overflow", 1, true), tostring(err))
  async.sleep(0)
end)

test("a coroutine dropped while it awaits is collected with its task's end", function()
  local weak = setmetatable({}, { __mode = "k" })
  do
    local task = async.create_task(function()
      local co = coroutine.create(function() async.await(async.future()) end)
      weak[co] = true
      coroutine.resume(co)
    end)
    async.sleep(0)
    collectgarbage()
    same(next(weak) ~= nil, true)
    task:cancel()
    support.cancelled(task)
  end
  support.turns(2)
  collectgarbage()
  collectgarbage()
  same(next(weak), nil)
end)

test("permutations, from Programming in Lua, with an await at each step", function()
  local function permgen(a, n)
    async.sleep(0)
    if n <= 1 then return coroutine.yield(table.concat(a)) end
    for i = 1, n do
      a[n], a[i] = a[i], a[n]
      permgen(a, n - 1)
      a[n], a[i] = a[i], a[n]
    end
  end
  local seen, count = {}, 0
  for permutation in coroutine.wrap(function() permgen({ "a", "b", "c", "d" }, 4) end) do
    seen[permutation], count = true, count + 1
  end
  same({ count, seen.abcd, seen.dcba }, { 24, true, true })
end)

test("a sieve of coroutines", function()
  local function generate(n)
    return coroutine.wrap(function()
      for i = 2, n do
        async.sleep(0)
        coroutine.yield(i)
      end
    end)
  end
  local function filter(p, gen)
    return coroutine.wrap(function()
      for n in gen do if n % p ~= 0 then coroutine.yield(n) end end
    end)
  end
  local primes, x = {}, generate(60)
  while true do
    local n = x()
    if n == nil then break end
    primes[#primes + 1] = n
    x = filter(n, x)
  end
  same({ #primes, primes[#primes] }, { 17, 59 })
end)
