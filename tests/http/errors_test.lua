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
