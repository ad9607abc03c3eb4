-- What can go wrong on the way to an answer, each by its kind and with the URL.
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function fails(kind, address)
  local err = test.raises(kind, http.get, address)
  test.same(err.url, address)
  test.truthy(tostring(err):find(address, 1, true), tostring(err))
  return err
end

test("refused, reset, unknown", function()
  test.same(fails("io", url("/", "REFUSED")).code, "ECONNREFUSED")
  test.same(fails("io", url "/reset/head").code, "ECONNRESET")
  test.same(fails("io", url "/reset/headers").code, "ECONNRESET")
  test.same(fails("dns", "http://no-such-host.invalid/").code, "ENOTFOUND")
end)

test("a server that closes without an answer", function()
  for _, address in ipairs { url "/truncate/nothing", url("/", "CLOSING"), url("/raw?then=cut") } do
    local err = fails("io", address)
    test.same(err.code, "ECONNRESET")
    test.truthy(err.message:find("closed the connection without an answer", 1, true), err.message)
    test.truthy(err.address, "no address")
  end
end)

test("also over TLS, with and without a word", function()
  local session <close> = support.session()
  for _, ending in ipairs { "close", "cut" } do
    local address = url("/raw?then=" .. ending, "TLS")
    local err = test.raises("io", session.get, session, address)
    test.same({ err.code, err.url }, { "ECONNRESET", address })
    test.truthy(err.message:find("closed the connection without an answer", 1, true), err.message)
  end
end)

test("reset within the body", function()
  local response <close> = http.get(url "/reset/body")
  local err = test.raises("io", response.bytes, response)
  test.same(err.code, "ECONNRESET")
  test.same(err.url, url "/reset/body")
end)

test("the error of a redirect's target names the target", function()
  local target = url("/x", "REFUSED")
  local err = test.raises("io", http.get, url "/redirect", { query = { to = target } })
  test.same(err.url, target)
end)

test("heads without end are refused", function()
  fails("http", url "/interim/endless")
end)
