-- http.headers: lookups in any case, order and spelling, and what cannot be a header.
local http = require "arun.http"
local test = require "arun.test"
local same = test.same

local function listed(headers)
  local list = {}
  for name, value in pairs(headers) do list[#list + 1] = name .. "=" .. value end
  return list
end

test("lookups in any case", function()
  local h = http.headers { { "Content-Type", "text/html" }, { "X-Tag", "a" }, { "x-tag", "b" }, { "X-TAG", "c" } }
  same(h["content-type"], "text/html")
  same(h["CONTENT-TYPE"], "text/html")
  same(h["X-Tag"], "a, b, c")
  same(h.missing, nil)
  same(h[1], nil)
  same(h:get_all "x-Tag", { "a", "b", "c" })
  same(h:get_all "missing", {})
  same({ h:has "x-tag", h:has "x-ta", h:has "" }, { true, false, false })
  same(#h, 4)
end)

test("order and spelling of a list stay, names of a table are sorted", function()
  same(listed(http.headers { { "B", 1 }, { "a", "2" }, { "B", "3" } }), { "B=1", "a=2", "B=3" })
  same(listed(http.headers { B = { "2", 1 }, a = "x", ["C-c"] = 1.5 }), { "a=x", "B=2", "B=1", "C-c=1.5" })
  same(tostring(http.headers { B = "1", a = "2" }), "a: 2\nB: 1")
  same(listed(http.headers {}), {})
  same(listed(http.headers()), {})
  same(listed(http.headers { A = {} }), {})
end)

test("an object made before comes back as it is", function()
  local h = http.headers { A = "1" }
  test.truthy(rawequal(http.headers(h), h))
end)

test("spaces around values go, all else stays", function()
  same(http.headers({ A = " \t x  y\t " }).a, "x  y")
  same(http.headers({ A = "" }).a, "")
  same(http.headers({ A = "ä\xFF\"\t," }).a, "ä\xFF\"\t,")
end)

test("values that would end the line", function()
  for _, c in ipairs { "\r", "\n", "\0", "\1", "\x7F" } do
    local err = test.raises("usage", http.headers, { ["X-A"] = "x" .. c .. "y" })
    local message = ("header 'X-A': the value holds the control character 0x%02X"):format(c:byte())
    test.truthy(err.message:find(message, 1, true), err.message)
  end
  test.raises("header 'X%-A'", http.headers, { { "X-A", "x\r\nEvil: 1" } })
  test.raises("header 'X%-A'", http.headers, { ["X-A"] = { "good", "bad\n" } })
end)

test("names that are none", function()
  for _, name in ipairs { "", "a b", "a:", "a\n", "ä", "(a)", "a\0" } do
    test.raises("is not a header name", http.headers, { [name] = "x" })
  end
end)

test("tables that say nothing", function()
  local shape = "headers are given by name"
  test.raises(shape, http.headers, { "A: 1" })
  test.raises(shape, http.headers, { { "A", "1", "2" } })
  test.raises(shape, http.headers, { { "A", "1" }, B = "2" })
  test.raises(shape, http.headers, { [2] = { "A", "1" } })
  test.raises("header 'A': string, number or a list of these expected, got boolean", http.headers, { A = true })
  test.raises("header 'A': string, number or a list of these expected, got boolean", http.headers, { A = false })
  test.raises("bad argument #1 to 'headers' %(table or arun.Headers expected, got string%)",
    function() http.headers "A: 1" end)
end)

test("others with some fields in their place", function()
  local h = http.headers { { "Accept", "*/*" }, { "X-Tag", "a" }, { "x-tag", "b" }, { "Host", "h" } }
  same(listed(h:with { ["x-TAG"] = { "c", "d" }, New = 1 }), { "Accept=*/*", "Host=h", "New=1", "x-TAG=c", "x-TAG=d" })
  same(listed(h:with { ["X-Tag"] = false, absent = false }), { "Accept=*/*", "Host=h" })
  same(listed(h:with {}), listed(h))
  same(#h, 4)
  test.raises("the control character 0x0A", h.with, h, { A = "\n" })
end)

test("headers do not change", function()
  local h = http.headers { A = "1" }
  test.raises("headers do not change", function() h.A = "2" end)
end)

test("methods come before fields of their names", function()
  local h = http.headers { { "has", "1" }, { "get_all", "2" } }
  same(h:has "has", true)
  same(h:get_all "GET_ALL", { "2" })
  same(h.Has, "1")
end)

test("many", function()
  local list = {}
  for i = 1, 5000 do list[i] = { "X-" .. i, i } end
  local h = http.headers(list)
  same(#h, 5000)
  same(h["x-4999"], "4999")
end)
