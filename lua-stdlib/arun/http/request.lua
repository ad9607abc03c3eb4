-- What a caller asks for, as what is to be sent.

local async = require "arun.native.async"
local core = require "arun.native.core"
local host_of = require "arun.http.host"
local http = require "arun.native.http"
local options = require "arun.options"
local settings = require "arun.http.settings"

local request = {}

-- A request:
--   method, url, host (of the pool), headers (all that are sent)
--   shown          the URL, for errors: without user and password
--   framing        how the server learns where the body ends: its length, "chunked", nil
--   body, source   a string, or a function that gives one piece after the other
--   begun          the source was asked for a piece: it cannot be sent again
--   expects        the server is to say that it wants the body, before that is sent
--   place          the script's line, for errors of the source
--   head           what is sent before the body
--   read_limit, connect_limit, wait_limit, total   seconds, or nil: see settings.timeout
--   max_expansion  decoded bytes for one received, or nil

request.names = { "query", "headers", "json", "form", "body", "expect100", "timeout", "max_expansion" }

-- What others call them.
request.hints = {
  params = "its name is 'query'", data = "its name is 'body', or for a table 'form'",
  allow_redirects = "'max_redirects' is an option of http.session",
}

-- Methods that say nothing without a body, so that its length, 0, is told (RFC 9110, 8.6).
local expects_body = { POST = true, PUT = true, PATCH = true }

-- The URL without user and password.
function request.shown(url) return tostring(url.userinfo and url:with { userinfo = false } or url) end

-- A function, plain or async, gives one piece after the other; an awaitable one and no more.
local function source_of(body)
  local kind = async.kind_of(body)
  if kind == "function" then return async.plain(body) end
  if not kind then options.wrong("body", "a string or a function", body) end
  local awaited = false
  return function()
    if awaited then return nil end
    awaited = true
    return (async.await(body))
  end
end

-- body, source, type
local function content_of(given)
  local kinds = 0
  for _, name in ipairs { "json", "form", "body" } do
    if given[name] ~= nil then kinds = kinds + 1 end
  end
  if kinds > 1 then options.usage("only one of the options 'json', 'form' and 'body' can be given") end
  if given.json ~= nil then return require("arun.json").encode(given.json), nil, "application/json" end
  if given.form ~= nil then
    if type(given.form) ~= "table" then options.wrong("form", "a table", given.form) end
    return http.encode_query(given.form, "form field"), nil, "application/x-www-form-urlencoded"
  end
  local body = given.body
  if type(body) == "string" or body == nil then return body end
  return nil, source_of(body)
end

local function framing_of(method, headers, body, source)
  if body then return #body end
  if source then return math.tointeger(tonumber(headers["Content-Length"])) or "chunked" end
  return expects_body[method] and 0 or nil
end

local function has_content(body, source) return source or (body and body ~= "") end

-- Sets what follows from method, headers and body.
function request.compose(self)
  self.framing = framing_of(self.method, self.headers, self.body, self.source)
  local expectation = has_content(self.body, self.source) and self.headers["Expect"]
  self.expects = expectation and expectation:lower() == "100-continue" or false
  self.head = http.request_head(self.method, self.url.target, self.headers, self.framing)
end

local function basic_credentials(url)
  local text = (url.user or "") .. ":" .. (url.password or "")
  return "Basic " .. require("arun.http.base64")(text)
end

-- Makes a request of the caller's options, which were checked to be among `request.names`.
function request.new(session, method, url, given)
  local query = given.query
  if query ~= nil and type(query) ~= "string" and type(query) ~= "table" then
    options.wrong("query", "a string or a table", query)
  end
  if query ~= nil then url = url:extend_query(query) end
  local host = host_of(session, url)
  local headers = host.headers
  local body, source, content_type = content_of(given)
  if url.userinfo and not headers:has("Authorization") then
    headers = headers:with { Authorization = basic_credentials(url) }
  end
  if content_type then headers = headers:with { ["Content-Type"] = content_type } end
  headers = settings.headers(headers, given)
  if options.boolean(given, "expect100") then
    if not body and not source then options.usage("option 'expect100': there is no body") end
    if has_content(body, source) then headers = headers:with { Expect = "100-continue" } end
  end
  local self = {
    method = method, url = url, shown = request.shown(url), host = host, headers = headers,
    body = body, source = source, begun = false, place = source and core.place(),
    max_expansion = settings.max_expansion(given) or session.settings.max_expansion,
  }
  request.compose(self)
  return self
end

return request
