-- Sessions: settings and connections that requests share.

local async = require "arun.async"
local core = require "arun.native.core"
local exchange = require "arun.http.exchange"
local failure = require "arun.http.failure"
local http = require "arun.native.http"
local options = require "arun.options"
local Pool = require "arun.http.pool"
local redirect = require "arun.http.redirect"
local request = require "arun.http.request"
local Response = require "arun.http.response"

local time = async.time

local names = {
  "base_url", "headers", "timeout", "max_connections", "max_per_host", "verify", "ca_file", "cert", "key",
  "max_redirects",
}

local usual_timeout = { connect = 30, read = 60 }

local usual_headers = {
  { "User-Agent", "arun" }, { "Accept", "*/*" }, { "Accept-Encoding", "gzip, deflate, br, zstd" },
}

-- So many URLs are remembered with what follows from them.
local MOST_ROUTES = 1000

---@class arun.http.Session `<close>`
---@field pool arun.http.Pool
---@field headers arun.Headers
---@field timeout {total: number?, connect: number?, read: number?}
---@field tls_options table
---@field max_redirects integer
local Session = { __name = "session" }
Session.__index = Session

-- Limits over others; a number is that of all.
local function timeout_of(given, over)
  if given == nil then return over end
  if type(given) == "number" then given = { total = given } end
  if type(given) ~= "table" then options.wrong("timeout", "a number or a table", given) end
  options.check(given, { "total", "connect", "read" })
  local timeout = {}
  for _, name in ipairs { "total", "connect", "read" } do
    local value = given[name]
    if value == nil then value = over[name] end
    if value then
      timeout[name] = options.number({ [name] = value }, name, nil, { least = 0 })
      if timeout[name] == math.huge then timeout[name] = nil end
    end
  end
  return timeout
end

local function web_url(url, base)
  if type(url) ~= "string" and type(url) ~= "userdata" then
    options.usage(("a URL expected, got %s"):format(type(url)), 1)
  end
  local parsed = base and base:join(url) or http.parse_url(url)
  if parsed.scheme ~= "http" and parsed.scheme ~= "https" then
    options.usage(("invalid URL '%s': http or https expected"):format(parsed), 1)
  end
  return parsed
end

---Makes a session.
---@param given table?
---@return arun.http.Session
function Session.new(given)
  given = options.check(given, names)
  local many = { least = 1, integer = true }
  local max = options.number(given, "max_connections", 100, many)
  local self = {
    base_url = given.base_url ~= nil and web_url(given.base_url) or nil,
    headers = http.headers(usual_headers):with(given.headers or {}),
    timeout = timeout_of(given.timeout, usual_timeout),
    max_redirects = options.number(given, "max_redirects", 10, { least = 0, integer = true }),
    pool = Pool.new(max, options.number(given, "max_per_host", max, many)),
    tls_options = {
      verify = options.boolean(given, "verify", true), ca_file = options.text(given, "ca_file"),
      cert = options.text(given, "cert"), key = options.text(given, "key"), protocols = "http/1.1",
    },
    routes = {}, route_count = 0,
  }
  return setmetatable(self, Session)
end

---Ends it: idle connections are closed, responses whose bodies are still to come too, and requests that wait raise kind
---"closed". Again: nothing.
function Session:close() self.pool:close() end

Session.__close = Session.close

---The host of a URL.
---@param url arun.Url
---@return arun.http.Host
function Session:host_of(url)
  return self.pool:host(url.origin, function()
    local list = { { "Host", url.authority } }
    for name, value in pairs(self.headers) do
      if name:lower() ~= "host" then list[#list + 1] = { name, value } end
    end
    return {
      session = self, name = url.host, port = url.port, secure = url.scheme == "https", headers = http.headers(list),
    }
  end)
end

-- A request without options is the same each time.
local function plain_request(self, method, url)
  local made = request.new(self, method, web_url(url, self.base_url), {})
  made.read_limit, made.connect_limit = self.timeout.read, self.timeout.connect
  if self.route_count == MOST_ROUTES then self.routes, self.route_count = {}, 0 end
  local routes = self.routes[method] or {}
  self.routes[method] = routes
  routes[url] = made
  self.route_count = self.route_count + 1
  return made
end

local function request_with(self, method, url, given)
  local made = request.new(self, method, web_url(url, self.base_url), given)
  local timeout = timeout_of(given.timeout, self.timeout)
  made.read_limit, made.connect_limit = timeout.read, timeout.connect
  return made, timeout.total
end

-- Asks once: redirects are not followed.
local function ask(asked, started, deadline, history)
  local connection, status, reason, version, headers, whole, body = exchange(asked, deadline)
  local now = time()
  local response = Response.new {
    status = status, reason = reason, ok = status < 400, url = asked.shown, headers = headers, history = history,
    elapsed = now - started, http_version = version, request = asked, content = whole and (body or "") or false,
    connection = not whole and connection, streamed = false,
  }
  if whole then connection:release(true, now) end
  return response
end

local function follow(self, asked, response, started, deadline)
  local history = {}
  while true do
    local ok, next_request = pcall(redirect, self, asked, response.status, response.headers)
    if not ok then error(failure(next_request, asked), 0) end
    if not next_request then return response end
    response:close()
    history[#history + 1] = response
    if #history > self.max_redirects then
      error(failure(core.error {
        kind = "http", message = ("more than %d redirects"):format(self.max_redirects),
      }, asked), 0)
    end
    asked = next_request
    response = ask(asked, started, deadline, { table.unpack(history) })
  end
end

---Sends a request and waits for the head of the response.
---@param method string
---@param url string|arun.Url
---@param given table?
---@return arun.Response
function Session:request(method, url, given)
  local asked, total
  if given == nil then
    local routes = self.routes[method]
    asked, total = routes and routes[url], self.timeout.total
  end
  if not asked then
    if type(method) ~= "string" then
      options.usage(("bad argument #1 to 'request' (string expected, got %s)"):format(type(method)), 1)
    end
    if given == nil then
      asked = plain_request(self, method, url)
    else
      asked, total = request_with(self, method, url, options.check(given, request.names))
    end
  end
  local started = time()
  local deadline = total and started + total
  local response = ask(asked, started, deadline, {})
  if response.status < 300 or response.status >= 400 or self.max_redirects == 0 then return response end
  return follow(self, asked, response, started, deadline)
end

for _, method in ipairs { "get", "post", "put", "patch", "delete", "head", "options" } do
  local name = method:upper()
  Session[method] = function(self, url, given) return self:request(name, url, given) end
end

return Session
