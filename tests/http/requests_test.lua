-- What requests say: methods, queries, headers, bodies.
-- servers: origin

local t = require "harness"
local http = require "arun.http"
local support = require "http.support"

local url, header = support.url, support.header

local function echo(method, options)
  local response <close> = http.request(method, url "/echo", options)
  return response:json()
end

t.test("each method is sent as it is called", function()
  for _, method in ipairs { "get", "post", "put", "patch", "delete", "options" } do
    local response <close> = http[method](url "/echo")
    t.eq(response:json().method, method:upper())
  end
  local response <close> = http.head(url "/echo")
  t.eq(response.status, 200)
  t.eq(response:bytes(), "")
  t.eq(echo("PROPFIND").method, "PROPFIND")
end)

t.test("a response tells what it is", function()
  local response <close> = http.get(url "/status?code=404&reason=Not%20Here")
  t.eq(response.status, 404)
  t.eq(response.reason, "Not Here")
  t.eq(response.ok, false)
  t.eq(response.url, url "/status?code=404&reason=Not%20Here")
  t.eq(response.http_version, "1.1")
  t.eq(response.history, {})
  t.ok(response.elapsed > 0 and response.elapsed < 10)
  t.eq(response.headers["content-type"], "text/plain")
  local err = t.raises("http", response.raise_for_status, response)
  t.eq(err.code, 404)
  t.eq(err.url, response.url)
end)

t.test("a query is added to the one of the URL", function()
  local response <close> = http.get(url "/echo?a=1", { query = { b = "x y", c = { 1, 2 } } })
  t.eq(response:json().query, { { "a", "1" }, { "b", "x y" }, { "c", "1" }, { "c", "2" } })
end)

t.test("headers of a request stand in place of the session's", function()
  local session <close> = support.session { headers = { ["X-Session"] = "s", ["User-Agent"] = "mine" } }
  local response <close> = session:get(url "/echo", { headers = { ["x-session"] = "r", Accept = false } })
  local got = response:json()
  t.eq(header(got, "X-Session"), "r")
  t.eq(header(got, "User-Agent"), "mine")
  t.eq(header(got, "Accept"), nil)
  t.eq(got.headers[1][1], "Host")
end)

t.test("no header smuggles another one", function()
  for _, value in ipairs { "a\r\nX: y", "a\nb", "a\0b" } do
    t.raises("usage", http.get, url "/echo", { headers = { ["X-A"] = value } })
  end
  t.raises("usage", http.get, url "/echo", { headers = { ["X: y"] = "a" } })
  t.raises("usage", http.get, url "/echo", { headers = { ["Transfer-Encoding"] = "chunked" } })
  t.raises("usage", http.request, "GET / HTTP/1.1\r\nX: y\r\n\r\n", url "/echo")
end)

t.test("json, forms and texts as bodies", function()
  local got = echo("POST", { json = { a = { 1, 2 } } })
  t.eq(got.body, '{"a":[1,2]}')
  t.eq(header(got, "Content-Type"), "application/json")
  got = echo("POST", { form = { a = "ä &" } })
  t.eq(got.body, "a=%C3%A4+%26")
  t.eq(header(got, "Content-Type"), "application/x-www-form-urlencoded")
  got = echo("PUT", { body = "plain", headers = { ["Content-Type"] = "text/plain" } })
  t.eq(got.body, "plain")
  t.eq(header(got, "Content-Length"), "5")
  t.eq(header(echo "POST", "Content-Length"), "0")
  t.eq(header(echo "GET", "Content-Length"), nil)
end)

t.test("wrong options are told where they are", function()
  local err = t.raises("usage", function() http.get(url "/echo", { qery = {} }) end)
  t.ok(err.message:find("did you mean 'query'", 1, true))
  t.ok(err.message:find("requests_test", 1, true), err.message)
  t.raises("only one of", http.post, url "/echo", { json = {}, body = "x" })
  t.raises("usage", http.post, url "/echo", { body = 42 })
  t.raises("usage", http.session, { timeout = { raed = 1 } })
  t.raises("usage", http.session, { max_connections = 0 })
end)

t.test("URLs that are none are usage errors", function()
  for _, text in ipairs { "http://", "ftp://example.com/", "/relative", "http://[::1", "http://a b/" } do
    t.raises("usage", http.get, text)
  end
end)

t.test("a base URL is what relative ones are joined to", function()
  local session <close> = support.session { base_url = url "/redirect/" }
  local response <close> = session:get "../echo?x=1"
  t.eq(response:json().target, "/echo?x=1")
end)

t.test("user and password of a URL are credentials, and not shown", function()
  local address = url("/echo"):gsub("http://", "http://us%%20er:p%%3Aw@")
  local response <close> = http.get(address)
  t.eq(header(response:json(), "Authorization"), "Basic dXMgZXI6cDp3")
  t.eq(response.url, url "/echo")
end)

t.test("an IPv6 address", function()
  local response <close> = http.get(url("/echo", "IPV6"))
  t.ok(header(response:json(), "Host"):find("^%[::1%]:%d+$"))
end)
