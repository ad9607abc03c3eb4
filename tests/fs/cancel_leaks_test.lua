-- Whatever is cancelled, at whatever moment, leaves no descriptor, no temporary file and no handle open.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local TURNS = 12

local function leaves_nothing(name, fn)
  test(name, function()
    support.in_dir(function(join, dir)
      fs.write_file(join("f"), ("content\n"):rep(10000))
      local before = support.descriptors()
      for _ = 1, 5 do support.cancel_everywhere(TURNS, function() fn(join, dir) end) end
      support.eventually("descriptors closed", function()
        collectgarbage()
        return support.descriptors() == before
      end)
      support.eventually("files removed", function() return #fs.list(dir) == 1 end)
    end)
  end)
end

leaves_nothing("open", function(join) local _ <close> = fs.open(join("f")) end)

leaves_nothing("an opened file that nobody takes", function(join) fs.open(join("f")) end)

leaves_nothing("read, line by line", function(join)
  local file <close> = fs.open(join("f"))
  for _ in file:lines() do async.sleep(0) end
end)

leaves_nothing("read_file", function(join) fs.read_file(join("f")) end)
leaves_nothing("append_file", function(join) fs.append_file(join("f"), "x") end)
leaves_nothing("stat, exists, list", function(join, dir)
  fs.stat(join("f"))
  fs.exists(join("g"))
  fs.list(dir)
end)
leaves_nothing("temp_file", function(_, dir)
  local file <close> = fs.temp_file { dir = dir }
  file:write("x")
end)
leaves_nothing("temp_dir", function(_, dir)
  local inner <close> = fs.temp_dir { dir = dir }
  fs.write_file(fs.path.join(inner.path, "x"), "y")
end)
leaves_nothing("copy", function(join, dir)
  local inner <close> = fs.temp_dir { dir = dir }
  fs.copy(join("f"), fs.path.join(inner.path, "copy"))
end)
leaves_nothing("watch", function(_, dir)
  local watch <close> = fs.watch(dir, { recursive = true })
  watch()
end)
leaves_nothing("walk", function(_, dir)
  for _ in fs.walk(dir) do async.sleep(0) end
end)

test("a time limit that is over before the call begins", function()
  local _, err = pcall(function()
    local _ <close> = async.timeout(0)
    for _ = 1, 100000 do fs.stat("/") end
  end)
  same(err.kind, "timeout")
end)

test("a task that is cancelled while its file waits to be closed closes it", function()
  support.in_dir(function(join)
    local before = support.descriptors()
    for _ = 1, 20 do
      local task = async.create_task(function()
        local file <close> = fs.open(join("f"), "w")
        file:write(("x"):rep(100000))
      end)
      while not task:done() and not (task:stack() or ""):find("close") do async.sleep(0) end
      task:cancel()
      pcall(async.await, task)
    end
    support.eventually("descriptors closed", function() return support.descriptors() == before end)
    truthy(fs.exists(join("f")))
  end)
end)
