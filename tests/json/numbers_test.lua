-- Integers and floats, both ways: exact, and each stays what it is.
local json = require "arun.json"
local test = require "arun.test"
local same = test.same

local function sign_of_zero(number) return 1 / number end

test("integers of 64 bits are integers", function()
  same(json.decode "[0, 1, -1, 9223372036854775807, -9223372036854775808]",
    { 0, 1, -1, math.maxinteger, math.mininteger })
end)

test("integers past 64 bits are floats", function()
  same(json.decode "9223372036854775808", 2.0 ^ 63)
  same(json.decode "18446744073709551615", 2.0 ^ 64)
  same(json.decode "18446744073709551616", 2.0 ^ 64)
  same(json.decode "-9223372036854775809", -2.0 ^ 63)
  same(json.decode "[1, 123456789012345678901234567890, 2]", { 1, 123456789012345678901234567890.0, 2 })
end)

test("a point or an exponent makes a float", function()
  same(json.decode "[1.0, 1e2, 1E+2, 10e-1]", { 1.0, 100.0, 100.0, 1.0 })
end)

test("minus zero stays, and a string that looks like it", function()
  local values = json.decode '[-0, 0, "-0 ", -0.0, {"x": -0}, -0]'
  same(sign_of_zero(values[1]), -math.huge)
  same(values[2], 0)
  same(values[3], "-0 ")
  same(sign_of_zero(values[4]), -math.huge)
  same(sign_of_zero(values[5].x), -math.huge)
  same(sign_of_zero(json.decode(json.encode(values))[6]), -math.huge)
end)

test("too large is an error, too small is zero", function()
  for _, text in ipairs { "1e309", "-1e309", "1" .. ("0"):rep(400), "0.001e400" } do
    test.raises("beyond the range of a float", json.decode, text)
  end
  same(json.decode "1e-400", 0.0)
  same(json.decode("0." .. ("0"):rep(400) .. "1"), 0.0)
  same(json.decode "0e999", 0.0)
end)

test("integers encode with all their digits", function()
  same(json.encode { 0, -1, math.maxinteger, math.mininteger }, "[0,-1,9223372036854775807,-9223372036854775808]")
end)

test("floats encode in the fewest digits, recognisable as floats", function()
  same(json.encode { 1.0, -2.5, 0.1, 100000.0, 1e15, 0.00001, 1e16, 1e300, 1.5e-7, 5e-324, 123456.789 },
    "[1.0,-2.5,0.1,100000.0,1000000000000000.0,0.00001,1e+16,1e+300,1.5e-07,5e-324,123456.789]")
  same(json.encode(-0.0), "-0.0")
end)

test("numbers come back exactly", function()
  local seed = 42
  local function random_bits()
    seed = seed * 6364136223846793005 + 1442695040888963407
    return seed ~ (seed >> 29)
  end
  local numbers = { math.pi, 1 / 3, 2.0 ^ 53, math.maxinteger, 1.7976931348623157e308, 2.2250738585072014e-308 }
  for _ = 1, 5000 do
    local bits = random_bits()
    local float = ("d"):unpack(("j"):pack(bits))
    numbers[#numbers + 1] = bits
    if float == float and math.abs(float) ~= math.huge then numbers[#numbers + 1] = float end
    numbers[#numbers + 1] = (bits % 2000001 - 1000000) / 1000
  end
  local back = json.decode(json.encode(numbers))
  same(#back, #numbers)
  for i, number in ipairs(numbers) do same(back[i], number) end
end)
