-- What is sent twice: what may be, on a connection that the server has closed while it was idle.
-- servers: origin

local t = require "harness"
local support = require "http.support"

local url = support.url

-- A session with one idle connection whose next request is answered by its end (or a reset).
local function with_stale(path)
  local session = support.session()
  session:get(url(path)):bytes()
  return session
end

t.test("an idempotent request is sent again, silently", function()
  for _, path in ipairs { "/close/after-request", "/reset/after-request" } do
    for _, method in ipairs { "get", "head", "put", "delete", "options" } do
      local session <close> = with_stale(path)
      local response <close> = session[method](session, url "/echo")
      t.eq(response.status, 200, path .. " " .. method)
    end
  end
end)

t.test("over TLS too", function()
  for _, ending in ipairs { "close", "reset" } do
    local session <close> = support.session()
    session:get(url("/" .. ending .. "/after-request", "TLS")):bytes()
    local response <close> = session:get(url("/echo", "TLS"))
    t.eq(response.status, 200, ending)
  end
end)

t.test("another one is not", function()
  for _, path in ipairs { "/close/after-request", "/reset/after-request" } do
    for _, method in ipairs { "post", "patch" } do
      local session <close> = with_stale(path)
      local ok, err = pcall(session[method], session, url "/echo")
      t.eq(ok, false, path .. " " .. method)
      t.eq({ err.kind, err.code }, { "io", "ECONNRESET" })
      t.eq(err.url, url "/echo")
    end
  end
end)

t.test("nor one whose body cannot be had again", function()
  local session <close> = with_stale "/close/after-request"
  local sent = false
  t.raises("io", session.put, session, url "/echo", { body = function()
    if not sent then sent = true return "x" end
  end })
end)

t.test("one whose body was not asked for yet is", function()
  local session <close> = with_stale "/close/after-request"
  local sent = false
  local response <close> = session:put(url "/expect/continue", { expect100 = true, body = function()
    if not sent then sent = true return "x" end
  end })
  t.eq(response:json().bytes, 1)
end)

t.test("nor on a fresh connection", function()
  local tag = support.tag()
  local session <close> = support.session()
  t.raises("io", session.get, session, url("/truncate/nothing?tag=" .. tag))
  t.eq(support.stats(tag).requests, 1)
end)

t.test("nor once any of the answer has come", function()
  local tag = support.tag()
  local session <close> = support.session()
  session:get(url "/echo"):bytes()
  t.raises("http", session.get, session, url("/truncate/status-line?tag=" .. tag))
  t.eq(support.stats(tag).requests, 1)
end)
