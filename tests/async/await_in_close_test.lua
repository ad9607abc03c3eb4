-- <close> handlers may await, however the block is left.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same = test.same

-- Runs body(handler, log) in a task; handlers log their entry and exit, with an await in between.
local function run(body, cancel)
  local log = {}
  local function handler(name)
    return support.closing(function(err)
      log[#log + 1] = name .. "("
      async.sleep(0)
      async.sleep(0.001)
      log[#log + 1] = ")" .. (err == nil and "" or type(err) == "table" and err.kind or tostring(err))
    end)
  end
  local task = async.create_task(body, handler, log)
  if cancel then
    support.turns(2)
    task:cancel()
  end
  log.ok, log.err = pcall(async.await, task)
  return table.concat(log, " "), log.err, task
end

test("normal exit, in reverse order", function()
  same(run(function(handler)
    local _ <close> = handler "a"
    local _ <close> = handler "b"
  end), "b( ) a( )")
end)

test("return keeps the values", function()
  local log, value = run(function(handler)
    local _ <close> = handler "a"
    return "kept"
  end)
  same({ log, value }, { "a( )", "kept" })
end)

test("break and goto", function()
  same(run(function(handler, log)
    for i = 1, 2 do
      local _ <close> = handler("loop" .. i)
      if i == 2 then break end
    end
    do
      local _ <close> = handler "goto"
      goto out
    end
    ::out::
    log[#log + 1] = "end"
  end), "loop1( ) loop2( ) goto( ) end")
end)

test("error", function()
  local log, err = run(function(handler)
    local _ <close> = handler "a"
    local _ <close> = handler "b"
    async.sleep(0)
    error("oops", 0)
  end)
  same({ log, err }, { "b( )oops a( )oops", "oops" })
end)

test("error caught by a pcall around the block", function()
  local log, value = run(function(handler)
    return select(2, pcall(function()
      local _ <close> = handler "a"
      error("oops", 0)
    end))
  end)
  same({ log, value }, { "a( )oops", "oops" })
end)

test("cancellation", function()
  local log, err, task = run(function(handler)
    local _ <close> = handler "a"
    local _ <close> = handler "b"
    async.sleep(10)
  end, true)
  same({ log, err.kind, task:cancelled() }, { "b( )cancelled a( )cancelled", "cancelled", true })
end)

test("in an inner coroutine.wrap, on error and on cancellation", function()
  local body = function(handler, _, fail)
    coroutine.wrap(function()
      local _ <close> = handler "inner"
      if fail then error("oops", 0) end
      async.sleep(10)
    end)()
  end
  same((run(function(handler, log) body(handler, log, true) end)):match("^inner%( %)"), "inner( )")
  local log, _, task = run(body, true)
  same({ log, task:cancelled() }, { "inner( )cancelled", true })
end)

-- Lua closes the variables of a coroutine.create'd coroutine from outside it (coroutine.close), where nothing can wait.
test("in a coroutine run by coroutine.resume, on cancellation, a handler runs but cannot await", function()
  local log, err = run(function(handler)
    coroutine.resume(coroutine.create(function()
      local _ <close> = handler "inner"
      async.sleep(10)
    end))
  end, true)
  same(log, "inner(")
  test.truthy(tostring(err):find("coroutine.wrap has no such limit", 1, true), tostring(err))
end)

test("an error in a handler replaces the one that passes by, later handlers see it", function()
  local log, err = run(function(handler)
    local _ <close> = handler "a"
    local _ <close> = support.closing(function() async.sleep(0) error("second", 0) end)
    error("first", 0)
  end)
  same({ log, err }, { "a( )second", "second" })
end)
