-- What the reads of a stream give.
local async = require "arun.async"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

for _, kind in ipairs { "tcp", "unix" } do
  test("read gives what is there, at most so many bytes, and nil at the end: " .. kind, function()
    local a <close>, b = support.pair(kind)
    local _ <close> = b
    a:write("hello world")
    same({ b:read(5), b:read(), b:read(0) }, { "hello", " world", "" })
    a:shutdown()
    same({ b:read(), b:read(1), b:read_all() }, { nil, nil, "" })
  end)
end

test("read_exactly waits for all of it", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local task = async.create_task(function() return b:read_exactly(8) end)
  for piece in ("abcdefghij"):gmatch(".") do
    a:write(piece)
    support.turn()
  end
  same({ async.await(task), b:read_exactly(2), b:read_exactly(0) }, { "abcdefgh", "ij", "" })
  a:shutdown()
  same(b:read_exactly(3), nil)
end)

test("read_exactly gives more than fits into a buffer", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = support.pattern(5000001)
  local writing = async.create_task(function() a:write(data, "x") end)
  truthy(b:read_exactly(#data) == data)
  same(b:read(), "x")
  async.await(writing)
end)

test("an end in the middle says how many bytes came, and leaves them", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("abc")
  a:shutdown()
  local err = test.raises("io", b.read_exactly, b, 10)
  same({ err.code, err.received, err.operation }, { "EOF", 3, "read" })
  truthy(err.message:find("the input ended after 3 of 10 bytes (EOF)", 1, true), err.message)
  truthy(err.message:find(err.address, 1, true))
  err = test.raises("io", b.read_until, b, ";")
  same({ err.code, err.received }, { "EOF", 3 })
  same({ b:read(), b:read() }, { "abc", nil })
end)

test("read_until gives all up to the delimiter, wherever it is cut", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local task = async.create_task(function()
    local found = {}
    for i = 1, 4 do found[i] = b:read_until("--end--") end
    return found
  end)
  local text = "one--end--two-----end----end--four--en--end--rest"
  for piece in text:gmatch("..?.?") do
    a:write(piece)
    support.turn()
  end
  same(async.await(task), { "one--end--", "two-----end--", "--end--", "four--en--end--" })
  a:shutdown()
  same(b:read_all(), "rest")
end)

test("a delimiter may be one byte, binary, or longer than what comes first", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("a\0b\0\0c")
  same({ b:read_until("\0"), b:read_until("\0\0") }, { "a\0", "b\0\0" })
  local long = ("x"):rep(100000)
  local writing = async.create_task(function() a:write(long:sub(6), "!") end)
  same(#b:read_until(long:sub(6) .. "!"), #long - 3)
  async.await(writing)
end)

test("what is longer than max is an error, and stays", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("0123456789\nrest")
  for _, name in ipairs { "read_until", "lines" } do
    local err = test.raises("io", function()
      if name == "lines" then return b:lines { max = 10 }() end
      return b:read_until("\n", { max = 10 })
    end)
    same(err.code, "EMSGSIZE")
  end
  same({ b:read_until("\n", { max = 11 }), b:read() }, { "0123456789\n", "rest" })
  local writing = async.create_task(function() a:write(("y"):rep(1 << 21)) end)
  same(test.raises("io", b.read_until, b, "\n").code, "EMSGSIZE")
  same(test.raises("io", b.read_all, b, { max = 100 }).code, "EMSGSIZE")
  same(#b:read_exactly(1 << 21), 1 << 21)
  async.await(writing)
end)

test("lines have no ends, and the last may be without one", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("one\r\ntwo\n\n\r\nfi\rve\r\n\rlast\r")
  a:shutdown()
  local found = {}
  for line in b:lines() do found[#found + 1] = line end
  same(found, { "one", "two", "", "", "fi\rve", "\rlast\r" })
end)

test("read_all gives everything", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = support.pattern(3000000)
  local writing = async.create_task(function()
    for at = 1, #data, 1000 do a:write(data:sub(at, at + 999)) end
    a:shutdown()
  end)
  truthy(b:read_all { max = #data } == data)
  async.await(writing)
end)

test("reads of every kind take turns on the same bytes", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local writing = async.create_task(function()
    for _ = 1, 2000 do a:write("12345line\nuntil;") end
    a:shutdown()
  end)
  for _ = 1, 2000 do
    same({ b:read_exactly(5), b:lines()(), b:read_until(";") }, { "12345", "line", "until;" })
  end
  same(b:read(), nil)
  async.await(writing)
end)

test("bad arguments are kind usage", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  test.raises("usage", a.read, a, -1)
  test.raises("usage", a.read, a, "l")
  test.raises("usage", a.read_exactly, a)
  test.raises("usage", a.read_exactly, a, 1.5)
  test.raises("usage", a.read_until, a, "")
  test.raises("usage", a.read_until, a)
  local err = test.raises("usage", a.read_until, a, "x", { maxx = 1 })
  truthy(tostring(err):find("did you mean 'max'", 1, true), tostring(err))
  test.raises("usage", a.lines, a, { max = 0 })
  test.raises("usage", a.read_all, a, { max = "x" })
  test.raises("usage", a.read, b.read)
  test.raises("usage", a.read, io.stdout)
end)
