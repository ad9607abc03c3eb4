-- URLs made of parts and of other URLs; queries and forms.
local url = require "arun.http.url"
local test = require "arun.test"
local same = test.same

local function builds(parts, expected) same(tostring(url.build(parts)), expected) end

test("a URL of parts", function()
  builds({ scheme = "https", host = "example.com" }, "https://example.com/")
  builds({ scheme = "http", host = "h", port = 8080, path = "/a b", query = "x=ä", fragment = "f" },
    "http://h:8080/a%20b?x=%C3%A4#f")
  builds({ scheme = "http", host = "h", port = 80 }, "http://h/")
  builds({ scheme = "http", host = "::1", port = "81" }, "http://[::1]:81/")
  builds({ scheme = "mailto", path = "ada@example.com" }, "mailto:ada@example.com")
end)

test("a part cannot reach into the next one", function()
  builds({ scheme = "http", host = "h", path = "/a?b#c", query = "d#e", fragment = "f#g" },
    "http://h/a%3Fb%23c?d%23e#f%23g")
  builds({ scheme = "http", host = "h", user = "a:b@c/d", password = "p@:/?#" },
    "http://a%3Ab%40c%2Fd:p%40%3A%2F%3F%23@h/")
  builds({ scheme = "http", host = "h", userinfo = "a:b@c/d" }, "http://a:b%40c%2Fd@h/")
  test.raises('"/" cannot stand in a host', url.build, { scheme = "http", host = "h/x" })
  test.raises('"@" cannot stand in a host', url.build, { scheme = "http", host = "u@h" })
  test.raises("a path after a host begins with a slash", url.build, { scheme = "http", host = "h", path = ".evil.com" })
  test.raises('"http://x" is no scheme', url.build, { scheme = "http://x", host = "h" })
  test.raises("cannot stand in a host", url.build, { scheme = "http", host = "h\r\nX" })
  builds({ scheme = "http", host = "h", path = "/\r\nX: 1" }, "http://h/%0D%0AX:%201")
end)

test("parts that are missing, unknown or of another type", function()
  test.raises("invalid URL: no scheme", url.build, {})
  test.raises("invalid URL: no host", url.build, { scheme = "http" })
  test.raises("invalid URL: no host", url.build, { scheme = "x", port = 1, path = "/" })
  test.raises("unknown option 'pth' %(did you mean 'path'%?%)", url.build, { pth = "/" })
  test.raises("part 'path' of the URL: string or false expected, got table", url.build, { path = {} })
  test.raises("usage", url.build, "http://h")
end)

test("another URL with some parts", function()
  local u = url.parse "https://user:pw@h:8443/a?b#c"
  same(tostring(u:with { path = "/x", fragment = false }), "https://user:pw@h:8443/x?b")
  same(tostring(u:with { userinfo = false, port = false, query = false }), "https://h/a#c")
  same(tostring(u:with { scheme = "http", host = "::1" }), "http://user:pw@[::1]:8443/a?b#c")
  same(tostring(u:with { user = "x" }), "https://x@h:8443/a?b#c")
  same(tostring(u:with { query = { b = { 1, 2 } } }), "https://user:pw@h:8443/a?b=1&b=2#c")
  same(tostring(url.parse("http://[::1]:81/"):with { path = "/y" }), "http://[::1]:81/y")
  same(tostring(u:with {}), tostring(u))
  same(tostring(u), "https://user:pw@h:8443/a?b#c")
end)

test("queries", function()
  local u = url.parse "http://h/p?a=1#f"
  same(tostring(u:with_query { b = 2 }), "http://h/p?b=2#f")
  same(tostring(u:with_query "x y&z"), "http://h/p?x%20y&z#f")
  same(tostring(u:with_query(nil)), "http://h/p#f")
  same(tostring(u:with_query {}), "http://h/p?#f")
  same(tostring(u:extend_query { b = "ä &=" }), "http://h/p?a=1&b=%C3%A4+%26%3D#f")
  same(tostring(u:extend_query "b=2"), "http://h/p?a=1&b=2#f")
  same(tostring(u:extend_query {}), "http://h/p?a=1#f")
  same(tostring(url.parse("http://h/"):extend_query { b = 2 }), "http://h/?b=2")
  test.raises("string or table expected, got number", u.with_query, u, 5)
end)

test("forms: sorted by name, or in the order of a list", function()
  same(url.encode_query { b = { 2, 3 }, a = 1, C = 1.5 }, "a=1&b=2&b=3&C=1.5")
  same(url.encode_query { { "z", 1 }, { "a", true }, { "z", "" } }, "z=1&a=true&z=")
  same(url.encode_query { ["a b"] = "c d+~*-._", ["ä"] = "\r\n" }, "a+b=c+d%2B%7E*-._&%C3%A4=%0D%0A")
  same(url.encode_query {}, "")
  same(url.encode_query { a = {}, b = false }, "b=false")
  for _ = 1, 20 do
    local many = {}
    for i = 1, 20 do many[("n%02d"):format(i)] = i end
    same(url.encode_query(many):sub(1, 17), "n01=1&n02=2&n03=3")
  end
end)

test("forms that say nothing", function()
  local shape = "query parameters are given by name"
  test.raises(shape, url.encode_query, { "a" })
  test.raises(shape, url.encode_query, { { "a", "b" }, c = "d" })
  test.raises(shape, url.encode_query, { { "a" } })
  test.raises(shape, url.encode_query, { [1.5] = "x" })
  test.raises("query parameter 'a': string, number or a list of these expected, got function", url.encode_query,
    { a = print })
  test.raises("query parameter 'a': string, number or a list of these expected, got table", url.encode_query,
    { a = { {} } })
end)

test("forms read", function()
  same(url.decode_query "a=1&b=%C3%A4+%26&&c&=d&e=f=g&a=2",
    { { "a", "1" }, { "b", "ä &" }, { "c", "" }, { "", "d" }, { "e", "f=g" }, { "a", "2" } })
  same(url.decode_query "", {})
  same(url.decode_query "%zz=%4", { { "%zz", "%4" } })
  local pairs_given = { { "a", "ä&=+ \0" }, { "", "" } }
  same(url.decode_query(url.encode_query(pairs_given)), pairs_given)
end)

test("texts that are to be part of a URL", function()
  same(url.encode "a b/c?d=ä~", "a%20b%2Fc%3Fd%3D%C3%A4~")
  same(url.decode "a%20b%2fc+%zz%", "a b/c+%zz%")
  same(url.decode(url.encode "%41\0\xFF"), "%41\0\xFF")
  same(url.encode "", "")
end)

test("normal form without needless encoding", function()
  same(tostring(url.parse("http://%75ser@h/%7Ea%2fb%41?x=%26%41%zz#%2d"):normalize()),
    "http://user@h/~a%2FbA?x=%26A%25zz#-")
end)
