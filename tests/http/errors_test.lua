-- What can go wrong on the way to an answer, each by its kind and with the URL.
-- servers: origin

local t = require "harness"
local http = require "arun.http"
local support = require "http.support"

local url = support.url

local function fails(kind, address)
  local err = t.raises(kind, http.get, address)
  t.eq(err.url, address)
  t.ok(tostring(err):find(address, 1, true), tostring(err))
  return err
end

t.test("refused, reset, unknown", function()
  t.eq(fails("io", url("/", "REFUSED")).code, "ECONNREFUSED")
  t.eq(fails("io", url "/reset/head").code, "ECONNRESET")
  t.eq(fails("io", url "/reset/headers").code, "ECONNRESET")
  t.eq(fails("dns", "http://no-such-host.invalid/").code, "ENOTFOUND")
end)

t.test("a server that closes without an answer", function()
  for _, address in ipairs { url "/truncate/nothing", url("/", "CLOSING"), url("/raw?then=cut") } do
    local err = fails("io", address)
    t.eq(err.code, "ECONNRESET")
    t.ok(err.message:find("closed the connection without an answer", 1, true), err.message)
    t.ok(err.address, "no address")
  end
end)

t.test("also over TLS, with and without a word", function()
  local session <close> = support.session()
  for _, ending in ipairs { "close", "cut" } do
    local address = url("/raw?then=" .. ending, "TLS")
    local err = t.raises("io", session.get, session, address)
    t.eq({ err.code, err.url }, { "ECONNRESET", address })
    t.ok(err.message:find("closed the connection without an answer", 1, true), err.message)
  end
end)

t.test("reset within the body", function()
  local response <close> = http.get(url "/reset/body")
  local err = t.raises("io", response.bytes, response)
  t.eq(err.code, "ECONNRESET")
  t.eq(err.url, url "/reset/body")
end)

t.test("the error of a redirect's target names the target", function()
  local target = url("/x", "REFUSED")
  local err = t.raises("io", http.get, url "/redirect", { query = { to = target } })
  t.eq(err.url, target)
end)

t.test("heads without end are refused", function()
  fails("http", url "/interim/endless")
end)
