-- Expect: 100-continue (RFC 9110, 10.1.1).
-- servers: origin

local t = require "harness"
local http = require "arun.http"
local support = require "http.support"

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

t.test("the body waits until the server wants it", function()
  local source = counted(3)
  for _, body in ipairs { "hello", ("x"):rep(200000), source } do
    local response <close> = post("/expect/continue", { body = body })
    t.eq(response:json(), { bytes = body == source and 15 or #body, waited = true })
  end
end)

t.test("and no longer: not for the second after which it would be sent all the same", function()
  local ok, result
  -- A busy machine may take its time once or twice.
  for _ = 1, 5 do
    ok, result = pcall(post, "/expect/continue", { body = "hello", timeout = { total = 0.9 } })
    if ok then break end
  end
  t.ok(ok, tostring(result))
  t.eq(result:json().bytes, 5)
end)

t.test("the header means the same", function()
  local response <close> = http.post(url "/expect/continue", {
    body = "hello", headers = { Expect = "100-Continue" },
  })
  t.eq(response:json(), { bytes = 5, waited = true })
end)

t.test("and then comes all the same", function()
  local response <close> = post("/expect/unanswered", { body = "hello" })
  t.eq(response:json().bytes, 5)
end)

t.test("an answer before the body is the answer: nothing of the body is sent", function()
  for _, path in ipairs { "/early/close", "/early/read" } do
    local tag = support.tag()
    local source, asked = counted(3)
    local session <close> = support.session()
    local response <close> = session:post(url(path .. "?tag=" .. tag), { body = source, expect100 = true })
    t.eq(response.status, 413, path)
    t.eq(response:text(), "too large\n")
    t.eq(asked(), 0)
    -- The server may still wait for the body on that connection.
    local echo <close> = session:get(url "/echo")
    t.eq(echo:json().request, 1)
    t.eq(support.stats(tag).bytes_read, 0)
  end
end)

t.test("a server that does not know it is asked without", function()
  local source = counted(3)
  local tag = support.tag()
  local response <close> = post("/expect/unknown?tag=" .. tag, { body = source })
  t.eq(response.status, 200)
  t.eq(response:json().bytes, 15)
  t.eq(support.stats(tag).requests, 2)
  local refused <close> = post("/expect/refused", { body = "hello" })
  t.eq(refused.status, 417)
end)

t.test("a redirect before the body takes the body along, also one that can be had only once", function()
  local source = counted(3)
  local response <close> = post("/redirect/early?to=/expect/continue", { body = source })
  t.eq(response:json(), { bytes = 15, waited = true })
  t.eq(response.history[1].status, 307)
end)

t.test("what has no body expects nothing", function()
  local response <close> = post("/echo", { body = "" })
  t.eq(header(response:json(), "Expect"), nil)
  t.raises("expect100", post, "/echo", {})
  t.raises("usage", http.post, url "/echo", { body = "x", expect100 = "yes" })
end)

t.test("it is a connection as any other afterwards", function()
  local session <close> = support.session()
  for i = 1, 3 do
    local response <close> = session:post(url "/expect/continue", { body = "hello", expect100 = true })
    t.eq(response:json().bytes, 5)
    local echo <close> = session:get(url "/echo")
    t.eq(echo:json().request, 2 * i)
  end
end)

t.test("time limits go on", function()
  local session <close> = support.session { timeout = { read = 0.05 } }
  local err = t.raises("timeout", session.post, session, url "/stall/interim", { body = "x", expect100 = true })
  t.eq(err.phase, "read")
  err = t.raises("timeout", session.post, session, url "/upload/stop?after=0", {
    body = "x", expect100 = true, timeout = { total = 0.05, read = 60 },
  })
  t.eq(err.phase, "total")
end)
