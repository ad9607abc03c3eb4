-- What the reads of a stream give.
local async = require "arun.async"
local t = require "harness"
local support = require "net.support"
local test, eq, ok = t.test, t.eq, t.ok

for _, kind in ipairs { "tcp", "unix" } do
  test("read gives what is there, at most so many bytes, and nil at the end: " .. kind, function()
    local a <close>, b = support.pair(kind)
    local _ <close> = b
    a:write("hello world")
    eq({ b:read(5), b:read(), b:read(0) }, { "hello", " world", "" })
    a:shutdown()
    eq({ b:read(), b:read(1), b:read_all() }, { nil, nil, "" })
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
  eq({ async.await(task), b:read_exactly(2), b:read_exactly(0) }, { "abcdefgh", "ij", "" })
  a:shutdown()
  eq(b:read_exactly(3), nil)
end)

test("read_exactly gives more than fits into a buffer", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = support.pattern(5000001)
  local writing = async.create_task(function() a:write(data, "x") end)
  ok(b:read_exactly(#data) == data)
  eq(b:read(), "x")
  async.await(writing)
end)

test("an end in the middle says how many bytes came, and leaves them", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("abc")
  a:shutdown()
  local err = t.raises("io", b.read_exactly, b, 10)
  eq({ err.code, err.received, err.operation }, { "EOF", 3, "read" })
  ok(err.message:find("the input ended after 3 of 10 bytes (EOF)", 1, true), err.message)
  ok(err.message:find(err.address, 1, true))
  err = t.raises("io", b.read_until, b, ";")
  eq({ err.code, err.received }, { "EOF", 3 })
  eq({ b:read(), b:read() }, { "abc", nil })
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
  eq(async.await(task), { "one--end--", "two-----end--", "--end--", "four--en--end--" })
  a:shutdown()
  eq(b:read_all(), "rest")
end)

test("a delimiter may be one byte, binary, or longer than what comes first", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("a\0b\0\0c")
  eq({ b:read_until("\0"), b:read_until("\0\0") }, { "a\0", "b\0\0" })
  local long = ("x"):rep(100000)
  local writing = async.create_task(function() a:write(long:sub(6), "!") end)
  eq(#b:read_until(long:sub(6) .. "!"), #long - 3)
  async.await(writing)
end)

test("what is longer than max is an error, and stays", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("0123456789\nrest")
  for _, name in ipairs { "read_until", "lines" } do
    local err = t.raises("io", function()
      if name == "lines" then return b:lines { max = 10 }() end
      return b:read_until("\n", { max = 10 })
    end)
    eq(err.code, "EMSGSIZE")
  end
  eq({ b:read_until("\n", { max = 11 }), b:read() }, { "0123456789\n", "rest" })
  local writing = async.create_task(function() a:write(("y"):rep(1 << 21)) end)
  eq(t.raises("io", b.read_until, b, "\n").code, "EMSGSIZE")
  eq(t.raises("io", b.read_all, b, { max = 100 }).code, "EMSGSIZE")
  eq(#b:read_exactly(1 << 21), 1 << 21)
  async.await(writing)
end)

test("lines have no ends, and the last may be without one", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  a:write("one\r\ntwo\n\n\r\nfi\rve\r\n\rlast\r")
  a:shutdown()
  local found = {}
  for line in b:lines() do found[#found + 1] = line end
  eq(found, { "one", "two", "", "", "fi\rve", "\rlast\r" })
end)

test("read_all gives everything", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  local data = support.pattern(3000000)
  local writing = async.create_task(function()
    for at = 1, #data, 1000 do a:write(data:sub(at, at + 999)) end
    a:shutdown()
  end)
  ok(b:read_all { max = #data } == data)
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
    eq({ b:read_exactly(5), b:lines()(), b:read_until(";") }, { "12345", "line", "until;" })
  end
  eq(b:read(), nil)
  async.await(writing)
end)

test("bad arguments are kind usage", function()
  local a <close>, b = support.pair()
  local _ <close> = b
  t.raises("usage", a.read, a, -1)
  t.raises("usage", a.read, a, "l")
  t.raises("usage", a.read_exactly, a)
  t.raises("usage", a.read_exactly, a, 1.5)
  t.raises("usage", a.read_until, a, "")
  t.raises("usage", a.read_until, a)
  local err = t.raises("usage", a.read_until, a, "x", { maxx = 1 })
  ok(tostring(err):find("did you mean 'max'", 1, true), tostring(err))
  t.raises("usage", a.lines, a, { max = 0 })
  t.raises("usage", a.read_all, a, { max = "x" })
  t.raises("usage", a.read, b.read)
  t.raises("usage", a.read, io.stdout)
end)
