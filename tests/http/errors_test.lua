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
