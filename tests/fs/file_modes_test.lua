-- What each mode of fs.open allows and does.
local fs = require "arun.fs"
local t = require "harness"
local support = require "fs.support"
local test, eq, ok = t.test, t.eq, t.ok

test("r needs a file, w empties or makes it, a adds to it", function()
  support.in_dir(function(join)
    eq(t.raises("io", fs.open, join("f")).code, "ENOENT")
    do
      local file <close> = fs.open(join("f"), "w")
      file:write("12345")
      eq(t.raises("io", file.read, file).code, "EBADF")
    end
    do
      local file <close> = fs.open(join("f"), "ab")
      file:write("678")
      file:seek("set")
      file:write("9")
    end
    eq(fs.read_file(join("f")), "123456789")
    fs.open(join("f"), "w"):close()
    eq(fs.read_file(join("f")), "")
    local file <close> = fs.open(join("f"), "rb")
    eq(t.raises("io", file.write, file, "x").code, "EBADF")
  end)
end)

test("+ allows both: r+ keeps, w+ empties, a+ writes at the end", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "abc")
    do
      local file <close> = fs.open(join("f"), "r+")
      file:write("X")
      eq(file:read("a"), "bc")
    end
    do
      local file <close> = fs.open(join("f"), "a+")
      eq(file:read(1), "X")
      file:write("d")
      eq(file:seek(), 4)
      file:seek("set")
      eq(file:read("a"), "Xbcd")
    end
    local file <close> = fs.open(join("f"), "w+b")
    eq(file:read("a"), "")
    file:write("new")
    file:seek("set")
    eq(file:read("a"), "new")
  end)
end)

test("x makes a file only where there is none", function()
  support.in_dir(function(join)
    fs.open(join("f"), "x"):close()
    for _, mode in ipairs { "x", "wx", "w+x", "wbx", "ax" } do
      eq(t.raises("io", fs.open, join("f"), mode).code, "EEXIST")
    end
    fs.open(join("g"), "wx+"):close()
  end)
end)

test("other modes are kind usage", function()
  local others = { "", "z", "rw", "r++", "rx", "+r", "wbb", "r\0", 1 }
  for _, mode in ipairs(others) do t.raises("usage", fs.open, "/tmp/f", mode) end
end)

test("directories cannot be opened", function()
  eq(t.raises("io", fs.open, "/tmp").code, "EISDIR")
  eq(t.raises("io", fs.open, "/tmp", "w").code, "EISDIR")
end)

test("truncate, stat, sync", function()
  support.in_dir(function(join)
    local file <close> = fs.open(join("f"), "w+")
    file:write("0123456789")
    ok(file:truncate(5) == file)
    eq(file:seek(), 10)
    eq(file:stat().size, 5)
    file:seek("set", 3)
    file:truncate()
    eq(file:sync():stat().size, 3)
    file:truncate(6)
    file:seek("set")
    eq(file:read("a"), "012\0\0\0")
    t.raises("usage", file.truncate, file, -1)
    eq(t.raises("io", file.seek, file, "set", -1).code, "EINVAL")
    file:seek("set")
    eq(file:read(1), "0")
    eq(t.raises("io", file.seek, file, "cur", math.mininteger).code, "EINVAL")
    eq(file:read(1), "1")
  end)
end)

test("truncate drops what was read ahead, and keeps the position", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "0123456789")
    local file <close> = fs.open(join("f"), "r+")
    eq(file:read(2), "01")
    file:truncate(4)
    eq(file:read("a"), "23")
  end)
end)

test("a file knows its path, and says so", function()
  support.in_dir(function(join)
    local file = fs.open(join("f"), "w")
    eq({ file.path, tostring(file) }, { join("f"), "file (" .. join("f") .. ")" })
    file:close()
    eq({ file.path, tostring(file) }, { join("f"), "file (" .. join("f") .. ", closed)" })
    eq(file.nothing, nil)
  end)
end)
