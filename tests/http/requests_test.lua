-- What requests say: methods, queries, headers, bodies.
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url, header = support.url, support.header

local function echo(method, options)
  local response <close> = http.request(method, url "/echo", options)
  return response:json()
end

test("each method is sent as it is called", function()
  for _, method in ipairs { "get", "post", "put", "patch", "delete", "options" } do
    local response <close> = http[method](url "/echo")
    test.same(response:json().method, method:upper())
  end
  local response <close> = http.head(url "/echo")
  test.same(response.status, 200)
  test.same(response:bytes(), "")
  test.same(echo("PROPFIND").method, "PROPFIND")
end)

test("a response tells what it is", function()
  local response <close> = http.get(url "/status?code=404&reason=Not%20Here")
  test.same(response.status, 404)
  test.same(response.reason, "Not Here")
  test.same(response.ok, false)
  test.same(response.url, url "/status?code=404&reason=Not%20Here")
  test.same(response.http_version, "1.1")
  test.same(response.history, {})
  test.truthy(response.elapsed >= 0 and response.elapsed < 10)
  test.same(response.headers["content-type"], "text/plain")
  local err = test.raises("http", response.raise_for_status, response)
  test.same(err.code, 404)
  test.same(err.url, response.url)
end)

test("a query is added to the one of the URL", function()
  local response <close> = http.get(url "/echo?a=1", { query = { b = "x y", c = { 1, 2 } } })
  test.same(response:json().query, { { "a", "1" }, { "b", "x y" }, { "c", "1" }, { "c", "2" } })
end)

test("headers of a request stand in place of the session's", function()
  local session <close> = support.session { headers = { ["X-Session"] = "s", ["User-Agent"] = "mine" } }
  local response <close> = session:get(url "/echo", { headers = { ["x-session"] = "r", Accept = false } })
  local got = response:json()
  test.same(header(got, "X-Session"), "r")
  test.same(header(got, "User-Agent"), "mine")
  test.same(header(got, "Accept"), nil)
  test.same(got.headers[1][1], "Host")
end)

test("no header smuggles another one", function()
  for _, value in ipairs { "a\r\nX: y", "a\nb", "a\0b" } do
    test.raises("usage", http.get, url "/echo", { headers = { ["X-A"] = value } })
  end
  test.raises("usage", http.get, url "/echo", { headers = { ["X: y"] = "a" } })
  test.raises("usage", http.get, url "/echo", { headers = { ["Transfer-Encoding"] = "chunked" } })
  test.raises("usage", http.request, "GET / HTTP/1.1\r\nX: y\r\n\r\n", url "/echo")
end)

test("json, forms and texts as bodies", function()
  local got = echo("POST", { json = { a = { 1, 2 } } })
  test.same(got.body, '{"a":[1,2]}')
  test.same(header(got, "Content-Type"), "application/json")
  got = echo("POST", { form = { a = "ä &" } })
  test.same(got.body, "a=%C3%A4+%26")
  test.same(header(got, "Content-Type"), "application/x-www-form-urlencoded")
  got = echo("PUT", { body = "plain", headers = { ["Content-Type"] = "text/plain" } })
  test.same(got.body, "plain")
  test.same(header(got, "Content-Length"), "5")
  test.same(header(echo "POST", "Content-Length"), "0")
  test.same(header(echo "GET", "Content-Length"), nil)
end)

test("wrong options are told where they are", function()
  local err = test.raises("usage", function() http.get(url "/echo", { qery = {} }) end)
  test.truthy(err.message:find("did you mean 'query'", 1, true))
  test.truthy(err.message:find("requests_test", 1, true), err.message)
  test.raises("only one of", http.post, url "/echo", { json = {}, body = "x" })
  test.raises("usage", http.post, url "/echo", { body = 42 })
  test.raises("usage", http.session, { timeout = { raed = 1 } })
  test.raises("usage", http.session, { max_connections = 0 })
end)

test("URLs that are none are usage errors", function()
  for _, text in ipairs { "http://", "ftp://example.com/", "/relative", "http://[::1", "http://a b/" } do
    test.raises("usage", http.get, text)
  end
end)

test("a base URL is what relative ones are joined to", function()
  local session <close> = support.session { base_url = url "/redirect/" }
  local response <close> = session:get "../echo?x=1"
  test.same(response:json().target, "/echo?x=1")
end)

test("user and password of a URL are credentials, and not shown", function()
  local address = url("/echo"):gsub("http://", "http://us%%20er:p%%3Aw@")
  local response <close> = http.get(address)
  test.same(header(response:json(), "Authorization"), "Basic dXMgZXI6cDp3")
  test.same(response.url, url "/echo")
end)

test("an IPv6 address", function()
  local response <close> = http.get(url("/echo", "IPV6"))
  test.truthy(header(response:json(), "Host"):find("^%[::1%]:%d+$"))
end)
