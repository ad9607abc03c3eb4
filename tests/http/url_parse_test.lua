-- url.parse: the parts of a URL, its normal form, and what is refused.
local url = require "arun.http.url"
local test = require "arun.test"
local same, truthy = test.same, test.truthy

local function becomes(text, expected) same(tostring(url.parse(text)), expected, text) end

local function refuses(text, message)
  local err = test.raises("usage", url.parse, text)
  truthy(err.message:find(("invalid URL '%s': %s"):format(text, message), 1, true), err.message)
end

test("all parts", function()
  local u = url.parse "HTTPS://us%40er:p:w%3F@Example.COM:8443/a%20b/c?x=1&y=%26#frag%20ment"
  same(tostring(u), "https://us%40er:p:w%3F@example.com:8443/a%20b/c?x=1&y=%26#frag%20ment")
  same(u.scheme, "https")
  same(u.userinfo, "us%40er:p:w%3F")
  same(u.user, "us@er")
  same(u.password, "p:w?")
  same(u.host, "example.com")
  same(u.port, 8443)
  same(u.path, "/a%20b/c")
  same(u.query, "x=1&y=%26")
  same(u.fragment, "frag%20ment")
  same(u.origin, "https://example.com:8443")
  same(u.authority, "example.com:8443")
  same(u.target, "/a%20b/c?x=1&y=%26")
end)

test("hardly any parts", function()
  local u = url.parse "http://h"
  same(tostring(u), "http://h/")
  same({ u.userinfo or "-", u.user or "-", u.password or "-", u.query or "-", u.fragment or "-", u.other or "-" },
    { "-", "-", "-", "-", "-", "-" })
  same({ u.path, u.port, u.authority, u.target, u.origin }, { "/", 80, "h", "/", "http://h" })
  same(url.parse("http://user@h").password, nil)
  same(url.parse("http://h?").query, "")
  same(url.parse("http://h?").target, "/?")
end)

test("ports", function()
  becomes("http://h:80/", "http://h/")
  becomes("https://h:443/", "https://h/")
  becomes("ws://h:80/", "ws://h/")
  becomes("wss://h:443/", "wss://h/")
  becomes("http://h:443/", "http://h:443/")
  becomes("http://h:/", "http://h/")
  becomes("http://h:00080/", "http://h/")
  becomes("redis://h:6379", "redis://h:6379")
  same(url.parse("wss://h/").port, 443)
  same(url.parse("redis://h").port, nil)
  refuses("http://h:65536/", 'the port "65536" is no number up to 65535')
  refuses("http://h:-1/", 'the port "-1" is no number up to 65535')
  refuses("http://h:8 0/", 'the port "8 0" is no number up to 65535')
end)

test("what cannot stand in a URL is encoded, what is encoded stays", function()
  becomes("http://h/a b/ä/%7e%2f%zz%", "http://h/a%20b/%C3%A4/%7e%2f%25zz%25")
  becomes("http://h/\"<>\\^`{|}[]", "http://h/%22%3C%3E%5C%5E%60%7B%7C%7D%5B%5D")
  becomes("http://h/-._~!$&'()*+,;=:@", "http://h/-._~!$&'()*+,;=:@")
  becomes("http://h/?a=ö b&c[]=?/#x?#y", "http://h/?a=%C3%B6%20b&c%5B%5D=?/#x?%23y")
  becomes("http://h/\xFF", "http://h/%FF")
end)

test("paths lose their dot segments", function()
  becomes("http://h/a/./b/../c", "http://h/a/c")
  becomes("http://h/../../a/..", "http://h/")
  becomes("http://h/a/%2e%2E/%2e/b/.%2e", "http://h/")
  becomes("http://h/a//../b", "http://h/a/b")
  becomes("http://h/.../..a/.b", "http://h/.../..a/.b")
  becomes("urn:a/../b", "urn:a/../b")
end)

test("IPv6 and IPv4", function()
  local u = url.parse "http://[2001:DB8:0::1]:8080/"
  same(tostring(u), "http://[2001:db8::1]:8080/")
  same({ u.host, u.authority, u.origin }, { "2001:db8::1", "[2001:db8::1]:8080", "http://[2001:db8::1]:8080" })
  becomes("http://[::ffff:192.0.2.1]", "http://[::ffff:192.0.2.1]/")
  becomes("http://192.0.2.1/", "http://192.0.2.1/")
  refuses("http://[::1", "the bracket before the IPv6 address is not closed")
  refuses("http://[::1]8080/", '"8080" after the IPv6 address')
  refuses("http://[1:2]/", '"1:2" is no IPv6 address')
  refuses("http://::1/", "a colon in the host: IPv6 takes brackets")
  for _, host in ipairs { "127.1", "0x7f.0.0.1", "2130706433", "1.2.3.256", "1.2.3.4.5", "01.2.3.4", "a.0X1f" } do
    refuses("http://" .. host .. "/", "the host ends in a number, but is no IPv4 address")
  end
end)

test("international names", function()
  becomes("http://BÜCHER.example/", "http://xn--bcher-kva.example/")
  becomes("http://faß.de/", "http://xn--fa-hia.de/")
  becomes("http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/")
  becomes("http://日本語。ｊｐ/", "http://xn--wgv71a119e.jp/")
  becomes("http://１２７.0.0.1/", "http://127.0.0.1/")
  refuses("http://a\u{2100}b.com/", '"/" cannot stand in a host') -- its mapping holds a slash
  test.raises("the host is not a domain name", url.parse, "http://\u{FFFD}.com/")
  test.raises("the host is not a domain name", url.parse, "http://\xFF.com/")
end)

test("names that none can have", function()
  refuses("http:///x", "no host")
  refuses("http:/x", "no host")
  refuses("http:x", "no host")
  refuses("http://user@/x", "no host")
  refuses("http://:80/x", "no host")
  refuses("http://a b/", '" " cannot stand in a host')
  refuses("http://a%00b/", '"\\x00" cannot stand in a host')
  refuses("http://ä%00/", '"\\x00" cannot stand in a host')
  refuses("http://a%2Fb/", '"/" cannot stand in a host')
  refuses("http://a..b/", "the host has an empty part between dots")
  refuses("http://./", "the host has an empty part between dots")
  refuses("http://" .. ("a"):rep(64) .. ".com/", "a part of the host is longer than 63 bytes")
  refuses("http://" .. ("a."):rep(127) .. "com/", "the host is longer than 253 bytes")
  refuses("http://" .. ("a."):rep(600) .. "com/", "the host is too long")
  becomes("http://under_score.example.com./", "http://under_score.example.com./")
end)

test("who is who in an authority", function()
  becomes("http://user:p@ss@h/", "http://user:p%40ss@h/")
  becomes("http://@h/", "http://h/")
  becomes("http://a:b@c:8@h:9/", "http://a:b%40c:8@h:9/")
  refuses("http://good.com\\@evil.com/", "a backslash before the path")
  refuses("http://good.com\\evil.com/", "a backslash before the path")
  same(url.parse("http://good.com#@evil.com/").host, "good.com")
  same(url.parse("http://good.com?@evil.com/").host, "good.com")
end)

test("what is no URL", function()
  refuses("", "no scheme")
  refuses("/path", "no scheme")
  refuses("example.com", "no scheme")
  refuses("1http://h", "no scheme")
  refuses(" http://h", "a space before or after it")
  refuses("http://h/ ", "a space before or after it")
  test.raises([[invalid URL 'http://h/\x0D\x0AX: 1': the control character 0x0D at byte 10]],
    url.parse, "http://h/\r\nX: 1")
  test.raises([[invalid URL 'http://h/\x09': the control character 0x09 at byte 10]], url.parse, "http://h/\t")
  test.raises("the control character 0x00 at byte 10", url.parse, "http://h/\0")
  test.raises("longer than 1 MiB", url.parse, "http://h/" .. ("a"):rep(1 << 20))
  test.raises("bad argument #1 to 'parse' %(string or arun.Url expected, got nil%)", function() url.parse() end)
end)

test("other schemes", function()
  local u = url.parse "postgres://User:pw@Host/db?x=1"
  same({ u.scheme, u.user, u.host, u.path, u.query, u.origin or "-" },
    { "postgres", "User", "Host", "/db", "x=1", "-" })
  same(url.parse("file:///etc/hosts").host, "")
  same(url.parse("file:///etc/hosts").path, "/etc/hosts")
  u = url.parse "http+unix://%2Fvar%2Frun%2Fa.sock/x"
  same({ u.host, u.path }, { "%2Fvar%2Frun%2Fa.sock", "/x" })
  u = url.parse "mailto:ada@example.com"
  same({ u.host or "-", u.path, u.authority or "-" }, { "-", "ada@example.com", "-" })
  refuses("redis://user@/0", "no host")
end)

test("a URL object is itself, the same text the same object", function()
  local u = url.parse "http://h/x"
  truthy(rawequal(url.parse(u), u))
  truthy(rawequal(url.parse "http://h/x", u))
  for i = 1, 2000 do url.parse("http://h/" .. i) end
  truthy(url.parse "http://h/x" == u)
  truthy(url.parse "HTTP://h:80/y/../x" == u)
  truthy(url.parse "http://h/x#" ~= u)
  truthy(u ~= io.stdout)
end)

test("URLs do not change", function()
  local u = url.parse "http://h/x"
  test.raises("URLs do not change", function() u.path = "/y" end)
end)

test("parsing what was written gives the same", function()
  for _, text in ipairs { "http://a@h:81/%41?b#c", "file:///x/../y", "x:/..//y", "mailto:a b@c", "http://[::]/?#" } do
    local once = tostring(url.parse(text))
    same(tostring(url.parse(once)), once)
  end
end)
