-- A file ends exactly once.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("close twice is harmless; anything else afterwards is kind closed", function()
  support.in_dir(function(join)
    local file = fs.open(join("f"), "w+")
    file:close()
    file:close()
    for _, method in ipairs { "read", "write", "seek", "sync", "truncate", "stat", "lines" } do
      local err = test.raises("closed", file[method], file)
      same(err.path, join("f"))
    end
  end)
end)

test("leaving the block closes, however it is left", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "x")
    local before = support.descriptors()
    for _ = 1, 20 do
      for i = 1, 3 do
        local file <close> = fs.open(join("f"), "r+")
        file:read(1)
        if i == 2 then break end
      end
      pcall(function()
        local file <close> = fs.open(join("f"), "r+")
        file:write("y")
        error("oops")
      end)
      local task = async.create_task(function()
        local file <close> = fs.open(join("f"), "r+")
        file:write("y")
        async.sleep(100)
      end)
      async.sleep(0)
      task:cancel()
      pcall(async.await, task)
    end
    support.eventually("all closed", function() return support.descriptors() == before end)
  end)
end)

test("a forgotten file is closed when collected", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "x")
    test.no_leak(function() fs.open(join("f")):read(1) end)
  end)
end)

test("closed where nothing can suspend, in a sort's comparison", function()
  support.in_dir(function(join)
    local file = fs.open(join("f"), "w")
    local before = support.descriptors()
    table.sort({ 1, 2 }, function(a, b)
      file:close()
      return a < b
    end)
    same(support.descriptors(), before - 1)
  end)
end)

test("closing wakes who waits for a FIFO's data", function()
  support.in_dir(function(join)
    local file = fs.open(support.fifo(join("fifo")))
    local readers = {}
    for i = 1, 3 do readers[i] = async.create_task(function() return file:read(1) end) end
    async.sleep(0)
    file:close()
    for i = 1, 3 do test.raises("closed", async.await, readers[i]) end
  end)
end)

test("closing while the pool works: what began ends well, what waits for its turn is kind closed", function()
  support.in_dir(function(join)
    for _ = 1, 20 do
      local file = fs.open(join("f"), "w")
      local tasks = {}
      for i = 1, 5 do tasks[i] = async.create_task(function() file:write(("x"):rep(100000)) end) end
      async.sleep(0)
      file:close()
      for i = 1, 5 do
        local good, err = pcall(async.await, tasks[i])
        same({ i, good, not good and err.kind }, { i, i == 1, i ~= 1 and "closed" })
      end
      same(fs.stat(join("f")).size, 100000)
    end
  end)
end)

test("the descriptor's number is not taken by another file while the pool still writes", function()
  support.in_dir(function(join)
    for round = 1, 50 do
      local file = fs.open(join("big"), "w")
      local task = async.create_task(function() file:write(("x"):rep(1000000)) end)
      async.sleep(0)
      task:cancel()
      file:close()
      fs.write_file(join("small"), tostring(round))
      same(fs.read_file(join("small")), tostring(round))
      pcall(async.await, task)
      local size = fs.stat(join("big")).size
      truthy(size == 0 or size == 1000000, "torn: " .. size)
    end
  end)
end)

test("an error of close is told", function()
  local file = fs.open("/dev/full", "w")
  same(test.raises("io", file.write, file, "x").code, "ENOSPC")
  file:close()
end)
