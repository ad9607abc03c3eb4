-- A file behaves as one of io does: the same calls on both give the same.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

local function pack(...) return { n = select("#", ...), ... } end

-- Content with short, long and empty lines, longer than what is read ahead.
local function content(random)
  local lines = {}
  for i = 1, 3000 do
    lines[i] = ("%d:"):format(i) .. ("x"):rep(random(0, 3) == 0 and random(0, 900) or random(0, 60))
  end
  return table.concat(lines, "\n") .. (random(0, 1) == 0 and "\n" or "")
end

local formats = { "l", "L", "n", "*l", "line", 0, 1, 7, 4096, 65536, 200000 }

-- One step on a file, as a function of the file.
local function step(random)
  local kind = random(1, 12)
  if kind <= 6 then
    local asked = {}
    for i = 1, random(1, 3) do asked[i] = formats[random(#formats)] end
    return function(f) return f:read(table.unpack(asked)) end, "read " .. table.concat(asked, ",")
  elseif kind == 7 then
    return function(f) return f:read("a") end, "read a"
  elseif kind <= 9 then
    local position = random(0, 100000)
    return function(f) return f:seek("set", position) end, "seek " .. position
  elseif kind == 10 then
    return function(f) return f:seek("cur", 0) end, "tell"
  elseif kind == 11 then
    local back = random(0, 5000)
    return function(f) return f:seek("end", -back) end, "seek end -" .. back
  end
  local text = ("w"):rep(random(1, 300))
  -- In C, a read may follow a write only after a seek, and the other way round.
  return function(f)
    f:seek("cur", 0)
    f:write(text, 1)
    return f:seek("cur", 0)
  end, "write " .. #text
end

for seed = 1, 12 do
  test("any mixture of reads, writes and seeks, seed " .. seed, function()
    support.in_dir(function(join)
      math.randomseed(seed)
      local text = content(math.random)
      fs.write_file(join("ours"), text)
      fs.write_file(join("theirs"), text)
      local mode = seed % 4 == 0 and "a+" or "r+"
      local ours <close> = fs.open(join("ours"), mode)
      local theirs <close> = assert(io.open(join("theirs"), mode))
      for i = 1, 60 do
        local act, what = step(math.random)
        local a, b = pack(act(ours)), pack(act(theirs))
        truthy(a.n == b.n, ("step %d, %s: %d results, expected %d"):format(i, what, a.n, b.n))
        for j = 1, a.n do truthy(a[j] == b[j], ("step %d, %s: result %d differs"):format(i, what, j)) end
      end
      theirs:flush()
      truthy(fs.read_file(join("ours")) == fs.read_file(join("theirs")), "the files differ")
    end)
  end)
end

-- What is a numeral, what only begins like one, and what may stand between.
local numerals = {
  "0", "00", "12", "-", "+", ".", "e", "E", "x", "0x", "0X1", "p", "P", "a", "F", " ", "\n", "\t", "z", ",", "nan",
  "inf", "1.5", ".5", "5.", "1e5", "1e+", "1e-3", "1e999", "0x.", "0x1p4", "0x1.8p-2", "9223372036854775807",
  "9223372036854775808", "0xffffffffffffffffff", ("7"):rep(199), ("7"):rep(200), ("0"):rep(201), ("1"):rep(260),
}

test("numbers", function()
  support.in_dir(function(join)
    math.randomseed(1)
    for _ = 1, 200 do
      local text = {}
      for i = 1, math.random(20) do text[i] = numerals[math.random(#numerals)] end
      text = table.concat(text)
      fs.write_file(join("f"), text)
      local ours <close> = fs.open(join("f"))
      local theirs <close> = assert(io.open(join("f")))
      for _ = 1, 10 do
        local asked = math.random(0, 3) > 0 and { "n", "n", 1 } or { "*number", "l", "n" }
        local a, b = pack(ours:read(table.unpack(asked))), pack(theirs:read(table.unpack(asked)))
        same(a, b, ("%q"):format(text))
        same(ours:seek(), theirs:seek(), ("%q"):format(text))
      end
    end
  end)
end)

test("many numbers, with more space between them than is read ahead", function()
  support.in_dir(function(join)
    local expected = {}
    for i = 1, 30000 do expected[i] = i * 7 end
    local far = (" "):rep(300000)
    fs.write_file(join("f"), far .. table.concat(expected, " ") .. far .. "210007")
    local file <close> = fs.open(join("f"))
    local i = 0
    for number in file:lines("n") do
      i = i + 1
      truthy(number == 7 * i, i)
    end
    same(i, 30001)
  end)
end)

test("a number that comes in pieces", function()
  support.in_dir(function(join)
    local fifo = support.fifo(join("fifo"))
    local reader <close> = fs.open(fifo)
    local writer = fs.open(fifo, "w")
    local reading = async.create_task(function() return pack(reader:read("n", "l", "n")) end)
    for piece in (" -1.5e-2 is it\n0x1F"):gmatch(".") do
      writer:write(piece)
      async.sleep(0)
    end
    truthy(not reading:done(), "there may come another digit")
    writer:close()
    same(async.await(reading), { n = 3, -1.5e-2, " is it", 31 })
  end)
end)

test("as many formats as one likes", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), ("1 "):rep(200))
    local file <close> = fs.open(join("f"))
    local asked = {}
    for i = 1, 200 do asked[i] = "n" end
    same(select("#", file:read(table.unpack(asked))), 200)
    file:seek("set")
    same(select("#", file:lines(table.unpack(asked))()), 200)
  end)
end)

test("the end: nil for lines and bytes, an empty string for all", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "ab")
    local file <close> = fs.open(join("f"))
    same(pack(file:read(0)), { n = 1, "" })
    same(pack(file:read(5, "l", "a")), { n = 2, "ab", nil })
    same(pack(file:read("a")), { n = 1, "" })
    same(pack(file:read("l")), { n = 1, nil })
    same(pack(file:read(0)), { n = 1, nil })
  end)
end)

test("lines by any format; the file stays open", function()
  support.in_dir(function(join)
    fs.write_file(join("f"), "one\n\nthree")
    local file <close> = fs.open(join("f"))
    local found = {}
    for line in file:lines() do found[#found + 1] = line end
    file:seek("set")
    for line in file:lines("L") do found[#found + 1] = line end
    file:seek("set")
    for a, b in file:lines(1, 2) do found[#found + 1] = a .. "|" .. tostring(b) end
    same(found, { "one", "", "three", "one\n", "\n", "three", "o|ne", "\n|\nt", "h|re", "e|nil" })
  end)
end)

test("what grows after its end was seen is read on", function()
  support.in_dir(function(join)
    fs.write_file(join("log"), "first\n")
    local file <close> = fs.open(join("log"))
    same({ file:read("l", "l") }, { "first" })
    fs.append_file(join("log"), "second\n")
    same(file:read("l"), "second")
  end)
end)

test("write gives the file, and takes strings and numbers only", function()
  support.in_dir(function(join)
    local file <close> = fs.open(join("f"), "w")
    truthy(file:write("a", 1, 2.5):write() == file)
    test.raises("usage", file.write, file, "a", {})
    same(fs.read_file(join("f")), "a12.5")
  end)
end)

test("formats that are none, and too many of them, are refused", function()
  local file <close> = fs.open("/dev/null")
  for _, format in ipairs { "x", "", "*", -1, 1.5, false } do
    test.raises("usage", file.read, file, format)
    test.raises("usage", file.lines, file, format)
  end
  local many = {}
  for i = 1, 251 do many[i] = "l" end
  test.raises("usage", file.read, file, table.unpack(many))
  test.raises("usage", file.seek, file, "middle")
  test.raises("usage", file.read, io.stdin)
end)
