-- What is wrong with options and arguments is said with their names and the script's line.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local http = require "arun.http"
local support = require "support"

local url = support.url
local here = "options_test.lua:"

local function refused(text, fn, ...)
  local arguments = { ... }
  local err = test.raises("usage", function()
    fn(table.unpack(arguments))
    return nil -- so that the call above is in the traceback
  end)
  test.truthy(err.message:find(here, 1, true), err.message)
  test.truthy(err.message:find(text, 1, true), err.message)
end

local function request(options, address) return function() http.get(address or url "/echo", options) end end

test("tables where values belong", function()
  refused("form field 'user'", request { form = { user = { name = "Ada" } } })
  refused("form field 'user'", request { form = { user = { { 1 } } } })
  refused("query parameter 'filter'", request { query = { filter = { a = 1 } } })
  refused("query parameter 'filter'", request { query = { filter = { 1, 2, a = 3 } } })
  refused("header 'X-A'", request { headers = { ["X-A"] = { a = 1 } } })
  refused("form fields are given by name", request { form = { "a", "b" } })
end)

test("numbers that are none", function()
  refused("query parameter 'e': string, number or a list of these expected, got inf", request { query = { e = 1 / 0 } })
  refused("query parameter 'e'", request { query = { e = { 0 / 0 } } })
end)

test("options of the wrong type", function()
  refused("option 'headers': a table or what http.headers makes expected, got 5", request { headers = 5 })
  refused("option 'headers'", http.session, { headers = "Accept: */*" })
  refused("option 'base_url': a URL expected, got boolean", http.session, { base_url = true })
  refused("unknown option 'params' (its name is 'query')", request { params = {} })
  refused("unknown option 'data' (its name is 'body'", request { data = {} })
  for _, name in ipairs { "ca_file", "cert", "key" } do
    refused(("option '%s'"):format(name), http.session, { [name] = "" })
  end
  refused("option 'key': there is no option 'cert'", http.session, { key = "client.key" })
end)

test("URLs", function()
  refused("invalid URL 'http://127.0.0.1:0/': nothing can listen on port 0", request(nil, "http://127.0.0.1:0/"))
  refused([[invalid URL 'http://a/\x1B[31m': ]], request(nil, "http://a/\27[31m"))
end)

test("methods in any case", function()
  local session <close> = support.session()
  for _, method in ipairs { "get", "Post", "delete" } do
    local response <close> = session:request(method, url "/echo")
    test.same(response:json().method, method:upper())
  end
  local response <close> = session:request("purge", url "/echo")
  test.same(response:json().method, "purge")
  refused("CONNECT", session.request, session, "connect", url "/echo")
  refused("bad argument #1 to 'request'", session.request, session, 5, url "/echo")
end)

test("a dot in place of a colon", function()
  local session <close> = support.session()
  local response <close> = session:get(url "/echo")
  refused("calling 'get' on bad self", session.get, url "/echo")
  refused("calling 'close' on bad self", function() session.close() end)
  refused("calling 'text' on bad self", function() response.text() end)
  refused("calling 'json' on bad self", function() response.json {} end)
end)

test("a session does not change", function()
  local session <close> = support.session()
  refused("'timeout'", function() session.timeout = 5 end)
  refused("'headers'", function() session.headers = {} end)
  session:get(url "/echo"):close()
end)

test("whatever takes a function takes an async one", function()
  local left = 3
  local piece = async(function()
    async.sleep(0)
    left = left - 1
    return left >= 0 and "ab" or nil
  end)
  local echo = http.post(url "/echo", { body = piece }):json()
  test.same(echo.body, "ababab")
  local text = async(function() async.sleep(0) return "one piece" end)
  test.same(http.post(url "/echo", { body = text() }):json().body, "one piece")
  refused("option 'body'", http.post, url "/echo", { body = 5 })
end)

test("chunks of any size, also one written as 1e9", function()
  local response <close> = http.get(url "/body/bytes?bytes=100000")
  local size = 0
  for chunk in response:chunks(1e9) do size = size + #chunk end
  test.same(size, 100000)
  refused("bad argument #1 to 'chunks'", function() response:chunks(0) end)
  refused("bad argument #1 to 'chunks'", function() response:chunks(1.5) end)
end)
