-- A task that holds the loop is reported while it runs.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy, raises = test.same, test.truthy, test.raises
local holds = support.holds

test.real_time() -- it is about the time that code takes

local program = os.getenv("ARUN") or "build/release/arun"

-- Runs a script with a threshold of 20 ms that is busy until it finds a file, the first of its arguments; it is made
-- when `enough` lines of its output match the pattern. The output.
local function run_until_reported(source, pattern, enough)
  local path, go_on = os.tmpname(), os.tmpname()
  os.remove(go_on)
  fs.write_file(path, [[
    local async = require "arun.async"
    async.set_slow_callback(0.02)
    local path = ...
    local function free() local file = io.open(path) return file and file:close() end
    ]] .. source)
  local pipe <close> = assert(io.popen(("timeout 60 %s %s %s 2>&1"):format(program, path, go_on)))
  local lines = {}
  for line in pipe:lines() do
    lines[#lines + 1] = line:gsub(path:gsub("%p", "%%%0"), "script.lua")
    if line:find(pattern) then enough = enough - 1 end
    if enough == 0 then fs.write_file(go_on, "") end
  end
  os.remove(path)
  os.remove(go_on)
  return table.concat(lines, "\n")
end

test("reported while it runs: which task, where it was created, where it is", function()
  local output = run_until_reported([[
    local function spin()
      while not free() do end
    end
    local function worker()
      spin()
    end
    async.create_task(worker):set_name("busy")
    async.sleep(0)
    print("has ended")]], "^%s+while not free", 1)
  holds(output, "arun: task 'busy' (created at script.lua:11) has held the loop for 0.", "script.lua:6: in function",
    "while not free() do end", "script.lua:9: in function", "    spin()", "has ended")
end)

test("once, and again when the time has doubled", function()
  local output = run_until_reported("while not free() do end", "has held the loop", 4)
  local last = 0
  for seconds in output:gmatch "held the loop for (%S+) s" do
    -- They are rounded to hundredths.
    truthy(tonumber(seconds) + 0.02 >= 2 * last, output) -- both are rounded
    last = tonumber(seconds)
  end
  truthy(last > 0, output)
end)

test("inside coroutines: the innermost stack, and the task's", function()
  local output = run_until_reported([[
    local inner = coroutine.wrap(function()
      while not free() do end
    end)
    local function outer()
      inner()
    end
    outer()]], "^%s+outer", 1)
  holds(output, "task 'main'", "script.lua:6: in function", "script.lua:9: in function", "script.lua:11: in main chunk")
end)

test("in a <close> handler of a coroutine that is being closed", function()
  local output = run_until_reported([[
    local spin = setmetatable({}, { __close = function()
      while not free() do end
    end })
    local co = coroutine.create(function() local _ <close> = spin coroutine.yield() end)
    coroutine.resume(co)
    coroutine.close(co)]], "^%s+while", 1)
  holds(output, "task 'main'", "script.lua:6: in function")
end)

test("a C function is named when it has returned", function()
  local output = support.run [[
    local async = require "arun.async"
    async.set_slow_callback(0.02)
    local function build() os.execute("sleep 0.2") end
    build()]]
  holds(output, "task 'main' has held the loop for 0.", " s, the last 0.", "in the C function 'execute'\n",
    "script.lua:3: in function", "script.lua:4: in main chunk")
end)

test("nothing is said about steps that are short, however many, and about waiting", function()
  local output, code = support.run [[
    local async = require "arun.async"
    async.set_slow_callback(60)
    local deadline = async.time() + 0.1
    while async.time() < deadline do async.sleep(0) end
    async.sleep(0.1)
    async.set_slow_callback(0.02)
    async.sleep(0.1)]]
  same({ output, code }, { "", 0 })
end)

test("off again by nil and by 0", function()
  local output, code = support.run [[
    local async = require "arun.async"
    local function spin(seconds)
      local deadline = async.time() + seconds
      while async.time() < deadline do end
    end
    for _, off in ipairs { false, 0 } do
      async.set_slow_callback(0.01)
      async.set_slow_callback(off or nil)
      spin(0.1)
    end]]
  same({ output, code }, { "", 0 })
end)

test("the script's own debug hook goes on", function()
  local output = run_until_reported([[
    local lines = 0
    local function hook() lines = lines + 1 end
    debug.sethook(hook, "l")
    local rounds = 0
    local before = lines
    while not free() do
      rounds = rounds + 1
    end
    local after = lines
    assert(debug.gethook() == hook)
    debug.sethook()
    -- Each round has two lines here, and one in free().
    assert(after - before >= 3 * rounds and after - before <= 3 * rounds + 6, after - before .. " for " .. rounds)
    print("as it should")]], "has held the loop", 1)
  holds(output, "as it should")
end)

test("what is no time is refused", function()
  raises("bad argument #1 to 'set_slow_callback'", async.set_slow_callback, "x")
  raises("bad argument #1 to 'set_slow_callback'", async.set_slow_callback, 0 / 0)
end)
