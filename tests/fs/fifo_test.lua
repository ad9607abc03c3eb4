-- Reads and writes that wait for somebody else: they cancel at once, and hold no thread of the pool.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("a read waits for the writer, and ends when the writer is gone", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader = async.create_task(function()
      local file <close> = fs.open(fifo)
      local found = {}
      for line in file:lines() do found[#found + 1] = line end
      return found
    end)
    do
      local file <close> = fs.open(fifo, "w")
      file:write("one\ntw")
      async.sleep(0)
      file:write("o\nthree")
    end
    same(async.await(reader), { "one", "two", "three" })
  end)
end)

test("more readers than the pool has threads leave it to others, and cancel at once", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local before = support.descriptors()
    local readers = {}
    for i = 1, 20 do
      readers[i] = async.create_task(function()
        local file <close> = fs.open(fifo)
        return file:read(1)
      end)
    end
    for i = 21, 40 do readers[i] = async.create_task(fs.read_file, fifo) end
    for _ = 1, 10 do fs.write_file(join("f"), "not held up") end
    for i = 1, 40 do readers[i]:cancel() end
    for i = 1, 40 do test.raises("cancelled", async.await, readers[i]) end
    support.eventually("descriptors closed", function() return support.descriptors() == before end)
  end)
end)

test("opening for writing waits for a reader, and cancels at once", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local writers = {}
    for i = 1, 10 do
      writers[i] = async.create_task(function()
        local file <close> = fs.open(fifo, "w")
        return file.path
      end)
    end
    for _ = 1, 5 do fs.write_file(join("f"), "not held up") end
    for i = 2, 10 do writers[i]:cancel() end
    for i = 2, 10 do test.raises("cancelled", async.await, writers[i]) end
    local reader <close> = fs.open(fifo)
    same(async.await(writers[1]), fifo)
    same(reader:read("a"), "")
  end)
end)

test("a time limit on a read loses no data", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader <close> = fs.open(fifo)
    local writer <close> = fs.open(fifo, "w")
    writer:write("half a li")
    local timed_out = test.raises("timeout", function()
      local _ <close> = async.timeout(0.001)
      return reader:read("l")
    end)
    same(timed_out.kind, "timeout")
    writer:write("ne\nrest")
    same(reader:read("l"), "half a line")
    writer:close()
    same(reader:read("a"), "rest")
  end)
end)

test("a write waits while the FIFO is full", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader <close> = fs.open(fifo)
    local text = ("0123456789"):rep(100000)
    local writing = async.create_task(function()
      local writer <close> = fs.open(fifo, "w")
      writer:write(text)
    end)
    local pieces = {}
    for piece in reader:lines(7777) do pieces[#pieces + 1] = piece end
    async.await(writing)
    truthy(table.concat(pieces) == text)
  end)
end)

test("writing to nobody is EPIPE, and the program lives on", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader = fs.open(fifo)
    local writer <close> = fs.open(fifo, "w")
    reader:close()
    local err = test.raises("io", writer.write, writer, "x")
    same({ err.code, err.operation, err.path }, { "EPIPE", "write", fifo })
  end)
end)

test("a write that waits for room notices that the reader is gone", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader = fs.open(fifo)
    local writer <close> = fs.open(fifo, "w")
    local writing = async.create_task(function() writer:write(("x"):rep(1000000)) end)
    async.sleep(0)
    reader:close()
    same(test.raises("io", async.await, writing).code, "EPIPE")
  end)
end)

test("reading and writing one FIFO do not wait for each other", function()
  support.in_dir(function(join)
    local file <close> = fs.open(support.fifo(join("fifo")), "r+")
    local reading = async.create_task(function() return file:read("l") end)
    async.sleep(0)
    same(file:stat().type, "fifo")
    file:write("hello\n")
    same(async.await(reading), "hello")
    same(test.raises("io", file.seek, file, "set", 0).code, "ESPIPE")
  end)
end)
