-- Expect: 100-continue (RFC 9110, 10.1.1).
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url, header = support.url, support.header

-- A body whose pieces are counted.
local function counted(count)
  local asked = 0
  return function()
    if asked == count then return nil end
    asked = asked + 1
    return "hello"
  end, function() return asked end
end

local function post(path, options)
  options.expect100 = true
  return http.post(url(path), options)
end

test("the body waits until the server wants it", function()
  local source = counted(3)
  for _, body in ipairs { "hello", ("x"):rep(200000), source } do
    local response <close> = post("/expect/continue", { body = body })
    test.same(response:json(), { bytes = body == source and 15 or #body, waited = true })
  end
end)

test("and no longer: not for the second after which it would be sent all the same", function()
  local ok, result
  -- A busy machine may take its time once or twice.
  for _ = 1, 5 do
    ok, result = pcall(post, "/expect/continue", { body = "hello", timeout = { total = 0.9 } })
    if ok then break end
  end
  test.truthy(ok, tostring(result))
  test.same(result:json().bytes, 5)
end)

test("the header means the same", function()
  local response <close> = http.post(url "/expect/continue", {
    body = "hello", headers = { Expect = "100-Continue" },
  })
  test.same(response:json(), { bytes = 5, waited = true })
end)

test("and then comes all the same", function()
  local response <close> = post("/expect/unanswered", { body = "hello" })
  test.same(response:json().bytes, 5)
end)

test("an answer before the body is the answer: nothing of the body is sent", function()
  for _, path in ipairs { "/early/close", "/early/read" } do
    local tag = support.tag()
    local source, asked = counted(3)
    local session <close> = support.session()
    local response <close> = session:post(url(path .. "?tag=" .. tag), { body = source, expect100 = true })
    test.same(response.status, 413, path)
    test.same(response:text(), "too large\n")
    test.same(asked(), 0)
    -- The server may still wait for the body on that connection.
    local echo <close> = session:get(url "/echo")
    test.same(echo:json().request, 1)
    test.same(support.stats(tag).bytes_read, 0)
  end
end)

test("a server that does not know it is asked without", function()
  local source = counted(3)
  local tag = support.tag()
  local response <close> = post("/expect/unknown?tag=" .. tag, { body = source })
  test.same(response.status, 200)
  test.same(response:json().bytes, 15)
  test.same(support.stats(tag).requests, 2)
  local refused <close> = post("/expect/refused", { body = "hello" })
  test.same(refused.status, 417)
end)

test("a redirect before the body takes the body along, also one that can be had only once", function()
  local source = counted(3)
  local response <close> = post("/redirect/early?to=/expect/continue", { body = source })
  test.same(response:json(), { bytes = 15, waited = true })
  test.same(response.history[1].status, 307)
end)

test("what has no body expects nothing", function()
  local response <close> = post("/echo", { body = "" })
  test.same(header(response:json(), "Expect"), nil)
  test.raises("expect100", post, "/echo", {})
  test.raises("usage", http.post, url "/echo", { body = "x", expect100 = "yes" })
end)

test("it is a connection as any other afterwards", function()
  local session <close> = support.session()
  for i = 1, 3 do
    local response <close> = session:post(url "/expect/continue", { body = "hello", expect100 = true })
    test.same(response:json().bytes, 5)
    local echo <close> = session:get(url "/echo")
    test.same(echo:json().request, 2 * i)
  end
end)

test("time limits go on", function()
  local session <close> = support.session { timeout = { read = 0.05 } }
  local err = test.raises("timeout", session.post, session, url "/stall/interim", { body = "x", expect100 = true })
  test.same(err.phase, "read")
  err = test.raises("timeout", session.post, session, url "/upload/stop?after=0", {
    body = "x", expect100 = true, timeout = { total = 0.05, read = 60 },
  })
  test.same(err.phase, "total")
end)
