-- Redirects (RFC 9110, 15.4).
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url, header = support.url, support.header

local function redirect(to, status, method, options)
  options = options or {}
  options.query = { to = to, status = status }
  return http.request(method or "GET", url "/redirect", options)
end

test("the method after each status", function()
  local expected = {
    [301] = { POST = "GET", PUT = "PUT", HEAD = "HEAD" }, [302] = { POST = "GET", PUT = "PUT", DELETE = "DELETE" },
    [303] = { POST = "GET", PUT = "GET", HEAD = "HEAD" }, [307] = { POST = "POST", GET = "GET" },
    [308] = { POST = "POST", PUT = "PUT" },
  }
  for status, methods in pairs(expected) do
    for method, after in pairs(methods) do
      local response <close> = redirect("/echo", status, method)
      if method ~= "HEAD" then test.same(response:json().method, after, status .. " " .. method) end
      test.same(response.history[1].status, status)
    end
  end
end)

test("a body is sent again by 307 and 308 only", function()
  local response <close> = redirect("/echo", 307, "POST", { json = { 1 } })
  test.same(response:json().body, "[1]")
  local other <close> = redirect("/echo", 302, "POST", { json = { 1 } })
  local got = other:json()
  test.same(got.body, "")
  test.same(header(got, "Content-Type"), nil)
  local sent = false
  test.raises("cannot be sent again", redirect, "/echo", 307, "POST", { body = function()
    if not sent then sent = true return "x" end
  end })
end)

test("relative places, and fragments", function()
  local response <close> = http.get(url "/redirect/in/a/folder#here", { query = { to = "../../../echo?x" } })
  test.same(response:json().target, "/echo?x")
  test.same(response.url, url "/echo?x#here")
  test.same(#response.history, 1)
end)

test("a chain is told in order, and has a limit", function()
  local response <close> = http.get(url "/redirect/chain?count=4")
  test.same(#response.history, 4)
  test.same(response.history[1].url, url "/redirect/chain?count=4")
  test.same(response.history[4].url, url "/redirect/chain?count=1")
  local session <close> = support.session { max_redirects = 3 }
  test.raises("more than 3 redirects", session.get, session, url "/redirect/chain?count=4")
  local err = test.raises("http", http.get, url "/redirect/loop")
  test.truthy(err.message:find("redirects", 1, true))
  test.raises("http", http.get, url "/redirect/endless")
  local none <close> = support.session { max_redirects = 0 }
  local first <close> = none:get(url "/redirect/chain")
  test.same(first.status, 302)
end)

test("credentials do not leave their origin", function()
  local secrets = { Authorization = "Bearer x", Cookie = "a=b", ["X-Other"] = "c" }
  local response <close> = redirect(url("/echo", "OTHER"), 302, "GET", { headers = secrets })
  local got = response:json()
  test.same(header(got, "Authorization"), nil)
  test.same(header(got, "Cookie"), nil)
  test.same(header(got, "X-Other"), "c")
  test.same(header(got, "Host"), (url("", "OTHER"):gsub("http://", "")))
  local same <close> = redirect("/echo", 302, "GET", { headers = secrets })
  test.same(header(same:json(), "Authorization"), "Bearer x")
end)

test("those of the session do not either, nor those of the URL", function()
  local session <close> = support.session { headers = { Authorization = "Bearer x" } }
  local response <close> = session:get(url "/redirect", { query = { to = url("/echo", "OTHER") } })
  test.same(header(response:json(), "Authorization"), nil)
  local address = url("/redirect"):gsub("http://", "http://user:secret@")
  local other <close> = http.get(address, { query = { to = url("/echo", "OTHER") } })
  test.same(header(other:json(), "Authorization"), nil)
end)

test("places that are none", function()
  test.truthy(test.raises("http", redirect, "ftp://example.com/").message:find("scheme ftp", 1, true))
  test.raises("http", redirect, "http://")
  test.raises("http", http.get, url "/redirect/two-locations")
  local response <close> = http.get(url "/redirect/no-location")
  test.same(response.status, 302)
  test.same(response:text(), "hello")
end)

-- What /echo, where the redirect leads, says of its connection: which request on it.
local function request_after(path)
  local session <close> = support.session { timeout = { total = 10 } }
  local response <close> = session:get(url(path))
  return response:json().request
end

test("a short rest of a body is read, and the connection used again", function()
  test.same(request_after "/redirect?bytes=60000", 2)
  -- It is waited for a quarter of a second, which a busy machine may miss now and then.
  local request
  for _ = 1, 10 do
    request = request_after "/redirect/late-body?bytes=60000"
    if request == 2 then break end
  end
  test.same(request, 2)
end)

test("a long one, or one that does not come, is not", function()
  test.same(request_after "/redirect/late-body?bytes=70000", 1)
  test.same(request_after "/redirect/late-body?bytes=100&seconds=5", 1)
  local session <close> = support.session()
  local response <close> = session:post(url "/raw?then=keep", {
    body = "HTTP/1.1 303 See Other\r\nLocation: /echo\r\nTransfer-Encoding: chunked\r\n\r\n"
      .. "30d40\r\n" .. ("x"):rep(200000) .. "\r\n0\r\n\r\n",
  })
  test.same(response:json().request, 1)
end)

test("what is wrong with a body that nobody wants is nobody's concern", function()
  for _, rest in ipairs { "Content-Length: 10\r\n\r\nhel", "Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
      "Transfer-Encoding: chunked\r\n\r\nxyz" } do
    local response <close> = http.post(url "/raw", {
      body = "HTTP/1.1 303 See Other\r\nLocation: /echo\r\n" .. rest,
    })
    test.same(response:json().method, "GET")
    test.raises("closed", response.history[1].text, response.history[1])
  end
end)

test("a redirect is part of the time for all of it", function()
  local session <close> = support.session { timeout = { total = 0.05 } }
  local err = test.raises("timeout", session.get, session, url "/redirect/late-body?seconds=5")
  test.same(err.phase, "total")
end)
