-- Tasks that use one file take turns.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("writes of several tasks land whole, in the order they began", function()
  support.in_dir(function(join)
    local file <close> = fs.open(join("f"), "w")
    local tasks, expected = {}, {}
    for i = 1, 50 do
      local piece = ("%02d"):format(i):rep(5000)
      expected[i] = piece
      tasks[i] = async.create_task(function() file:write(piece:sub(1, 100), piece:sub(101)) end)
    end
    async.gather(tasks)
    truthy(fs.read_file(join("f")) == table.concat(expected))
  end)
end)

test("reads of several tasks get each byte once", function()
  support.in_dir(function(join)
    local lines = {}
    for i = 1, 20000 do lines[i] = tostring(i) end
    fs.write_file(join("f"), table.concat(lines, "\n"))
    local file <close> = fs.open(join("f"))
    local seen = {}
    local function reader()
      for line in file:lines() do
        truthy(not seen[line])
        seen[line] = true
      end
    end
    async.gather { reader, reader, reader, reader }
    for i = 1, 20000 do truthy(seen[tostring(i)], "missing " .. i) end
  end)
end)

test("reads and writes between each other keep one position", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), ("."):rep(300))
    local file <close> = fs.open(join("f"), "r+")
    local tasks = {}
    for i = 1, 30 do
      tasks[i] = async.create_task(function()
        if i % 2 == 0 then file:write(("%02d"):format(i)) else return file:read(2) end
      end)
    end
    async.gather(tasks)
    local text = fs.read_file(join("f"))
    for i = 1, 30 do same(text:sub(2 * i - 1, 2 * i), i % 2 == 0 and ("%02d"):format(i) or "..") end
    same({ #text, file:seek() }, { 300, 60 })
  end)
end)

test("one that is cancelled while it waits for its turn is passed over", function()
  support.in_dir(function(join)
    local file <close> = fs.open(join("f"), "w")
    local tasks = {}
    for i = 1, 5 do tasks[i] = async.create_task(function() file:write(("%d"):format(i):rep(200000)) end) end
    async.sleep(0)
    tasks[2]:cancel()
    tasks[5]:cancel()
    async.gather(tasks, { return_errors = true })
    file:write("end")
    local expected = ("1"):rep(200000) .. ("3"):rep(200000) .. ("4"):rep(200000) .. "end"
    truthy(fs.read_file(join("f")) == expected)
  end)
end)

test("a cancelled read takes nothing", function()
  support.in_dir(function(join)
    local text = ("0123456789"):rep(100000)
    fs.write_file(join("f"), text)
    local file <close> = fs.open(join("f"))
    local pieces = {}
    for turns = 0, 20 do
      local task = async.create_task(function() pieces[#pieces + 1] = file:read(30000) end)
      for _ = 1, turns do async.sleep(0) end
      task:cancel()
      pcall(async.await, task)
    end
    pieces[#pieces + 1] = file:read("a")
    truthy(table.concat(pieces) == text, "bytes were lost or came twice")
  end)
end)
