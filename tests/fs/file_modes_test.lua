-- What each mode of fs.open allows and does.
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("r needs a file, w empties or makes it, a adds to it", function()
  support.in_dir(function(join)
    same(test.raises("io", fs.open, join("f")).code, "ENOENT")
    do
      local file <close> = fs.open(join("f"), "w")
      file:write("12345")
      same(test.raises("io", file.read, file).code, "EBADF")
    end
    do
      local file <close> = fs.open(join("f"), "ab")
      file:write("678")
      file:seek("set")
      file:write("9")
    end
    same(fs.read_file(join("f")), "123456789")
    fs.open(join("f"), "w"):close()
    same(fs.read_file(join("f")), "")
    local file <close> = fs.open(join("f"), "rb")
    same(test.raises("io", file.write, file, "x").code, "EBADF")
  end)
end)

test("+ allows both: r+ keeps, w+ empties, a+ writes at the end", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "abc")
    do
      local file <close> = fs.open(join("f"), "r+")
      file:write("X")
      same(file:read("a"), "bc")
    end
    do
      local file <close> = fs.open(join("f"), "a+")
      same(file:read(1), "X")
      file:write("d")
      same(file:seek(), 4)
      file:seek("set")
      same(file:read("a"), "Xbcd")
    end
    local file <close> = fs.open(join("f"), "w+b")
    same(file:read("a"), "")
    file:write("new")
    file:seek("set")
    same(file:read("a"), "new")
  end)
end)

test("x makes a file only where there is none", function()
  support.in_dir(function(join)
    fs.open(join("f"), "x"):close()
    for _, mode in ipairs { "x", "wx", "w+x", "wbx", "ax" } do
      same(test.raises("io", fs.open, join("f"), mode).code, "EEXIST")
    end
    fs.open(join("g"), "wx+"):close()
  end)
end)

test("other modes are kind usage", function()
  local others = { "", "z", "rw", "r++", "rx", "+r", "wbb", "r\0", 1 }
  for _, mode in ipairs(others) do test.raises("usage", fs.open, "/tmp/f", mode) end
end)

test("directories cannot be opened", function()
  same(test.raises("io", fs.open, "/tmp").code, "EISDIR")
  same(test.raises("io", fs.open, "/tmp", "w").code, "EISDIR")
end)

test("truncate, stat, sync", function()
  support.in_dir(function(join)
    local file <close> = fs.open(join("f"), "w+")
    file:write("0123456789")
    truthy(file:truncate(5) == file)
    same(file:seek(), 10)
    same(file:stat().size, 5)
    file:seek("set", 3)
    file:truncate()
    same(file:sync():stat().size, 3)
    file:truncate(6)
    file:seek("set")
    same(file:read("a"), "012\0\0\0")
    test.raises("usage", file.truncate, file, -1)
    same(test.raises("io", file.seek, file, "set", -1).code, "EINVAL")
    file:seek("set")
    same(file:read(1), "0")
    same(test.raises("io", file.seek, file, "cur", math.mininteger).code, "EINVAL")
    same(file:read(1), "1")
  end)
end)

test("truncate drops what was read ahead, and keeps the position", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "0123456789")
    local file <close> = fs.open(join("f"), "r+")
    same(file:read(2), "01")
    file:truncate(4)
    same(file:read("a"), "23")
  end)
end)

test("a file knows its path, and says so", function()
  support.in_dir(function(join)
    local file = fs.open(join("f"), "w")
    same({ file.path, tostring(file) }, { join("f"), "file (" .. join("f") .. ")" })
    file:close()
    same({ file.path, tostring(file) }, { join("f"), "file (" .. join("f") .. ", closed)" })
    same(file.nothing, nil)
  end)
end)
