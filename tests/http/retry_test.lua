-- What is sent twice: what may be, on a connection that the server has closed while it was idle.
-- servers: origin

local test = require "arun.test"
local support = require "support"

local url = support.url

-- A session with one idle connection whose next request is answered by its end (or a reset).
local function with_stale(path)
  local session = support.session()
  session:get(url(path)):bytes()
  return session
end

test("an idempotent request is sent again, silently", function()
  for _, path in ipairs { "/close/after-request", "/reset/after-request" } do
    for _, method in ipairs { "get", "head", "put", "delete", "options" } do
      local session <close> = with_stale(path)
      local response <close> = session[method](session, url "/echo")
      test.same(response.status, 200, path .. " " .. method)
    end
  end
end)

test("over TLS too", function()
  for _, ending in ipairs { "close", "reset" } do
    local session <close> = support.session()
    session:get(url("/" .. ending .. "/after-request", "TLS")):bytes()
    local response <close> = session:get(url("/echo", "TLS"))
    test.same(response.status, 200, ending)
  end
end)

test("another one is not", function()
  for _, path in ipairs { "/close/after-request", "/reset/after-request" } do
    for _, method in ipairs { "post", "patch" } do
      local session <close> = with_stale(path)
      local ok, err = pcall(session[method], session, url "/echo")
      test.same(ok, false, path .. " " .. method)
      test.same({ err.kind, err.code }, { "io", "ECONNRESET" })
      test.same(err.url, url "/echo")
    end
  end
end)

test("nor one whose body cannot be had again", function()
  local session <close> = with_stale "/close/after-request"
  local sent = false
  test.raises("io", session.put, session, url "/echo", { body = function()
    if not sent then sent = true return "x" end
  end })
end)

test("one whose body was not asked for yet is", function()
  local session <close> = with_stale "/close/after-request"
  local sent = false
  local response <close> = session:put(url "/expect/continue", { expect100 = true, body = function()
    if not sent then sent = true return "x" end
  end })
  test.same(response:json().bytes, 1)
end)

test("nor on a fresh connection", function()
  local tag = support.tag()
  local session <close> = support.session()
  test.raises("io", session.get, session, url("/truncate/nothing?tag=" .. tag))
  test.same(support.stats(tag).requests, 1)
end)

test("nor once any of the answer has come", function()
  local tag = support.tag()
  local session <close> = support.session()
  session:get(url "/echo"):bytes()
  test.raises("http", session.get, session, url("/truncate/status-line?tag=" .. tag))
  test.same(support.stats(tag).requests, 1)
end)
