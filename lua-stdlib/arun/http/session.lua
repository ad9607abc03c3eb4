-- Sessions: settings and connections that requests share.

local async = require "arun.async"
local core = require "arun.native.core"
local exchange = require "arun.http.exchange"
local failure = require "arun.http.failure"
local http = require "arun.native.http"
local check = require "arun.options"
local finish = require "arun.http.rest"
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

---@class arun.Session settings and connections that requests share; `<close>`. An idle connection is used again by the
---next request to the same origin, for 55 seconds; it keeps no program alive
local Session = { __name = "session" }
Session.__index = Session

-- Limits over others; a number is that of all.
local function timeout_of(given, over)
  if given == nil then return over end
  if type(given) == "number" then given = { total = given } end
  if type(given) ~= "table" then check.wrong("timeout", "a number or a table", given) end
  check.check(given, { "total", "connect", "read" })
  local timeout = {}
  for _, name in ipairs { "total", "connect", "read" } do
    local value = given[name]
    if value == nil then value = over[name] end
    if value then
      timeout[name] = check.number({ [name] = value }, name, nil, { least = 0 })
      if timeout[name] == math.huge then timeout[name] = nil end
    end
  end
  return timeout
end

local function web_url(url, base)
  if type(url) ~= "string" and type(url) ~= "userdata" then
    check.usage(("a URL expected, got %s"):format(type(url)))
  end
  local parsed = base and base:join(url) or http.parse_url(url)
  if parsed.scheme ~= "http" and parsed.scheme ~= "https" then
    check.usage(("invalid URL '%s': http or https expected"):format(parsed))
  end
  return parsed
end

-- `shared`: it is nobody's in particular, and never closed.
function Session.new(given, shared)
  given = check.check(given, names)
  local many = { least = 1, integer = true }
  local max = check.number(given, "max_connections", 100, many)
  local self = {
    base_url = given.base_url ~= nil and web_url(given.base_url) or nil,
    headers = http.headers(usual_headers):with(given.headers or {}),
    timeout = timeout_of(given.timeout, usual_timeout),
    max_redirects = check.number(given, "max_redirects", 10, { least = 0, integer = true }),
    pool = Pool.new(max, check.number(given, "max_per_host", max, many)),
    tls_options = {
      verify = check.boolean(given, "verify", true), ca_file = check.text(given, "ca_file"),
      cert = check.text(given, "cert"), key = check.text(given, "key"), protocols = "http/1.1",
    },
    routes = {}, route_count = 0,
    open = not shared and core.open_handle "HTTP session" or nil,
  }
  return setmetatable(self, Session)
end

---Ends it: idle connections are closed, responses whose bodies are still to come too, and requests that wait raise kind
---"closed". Again: nothing.
function Session:close()
  if self.open then self.open:close() end
  self.pool:close()
end

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
    trailers = whole and Response.trailers_of(connection, body) or nil,
  }
  if whole then connection:release(true, now) else connection:hand_over() end
  return response
end

local function follow(self, asked, response, started, deadline)
  local history = {}
  while true do
    local ok, next_request = pcall(redirect, self, asked, response.status, response.headers)
    if not ok then error(failure(next_request, asked), 0) end
    if not next_request then return response end
    finish(response)
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

---Sends a request and waits for the head of the response. Redirects are followed.
---@param method string
---@param url string|arun.Url http or https; joined to the session's `base_url`, if it has one
---@param options? arun.RequestOptions
---@return arun.Response
---Raises, each with `url`: kind "io" with `code` (refused, reset, closed without an answer, ...), "dns", "tls" with
---`code` (certificates, handshakes), "http" (an answer that is none, or is cut off; too many redirects), "timeout" with
---`phase`; kind "closed" when the session is closed, kind "usage" for URLs, headers and options that are none.
---A request that failed is never sent again, but for one that is idempotent (RFC 9110, 9.2.2) and met the end of a
---connection which the server had closed while it was idle.
function Session:request(method, url, options)
  local asked, total
  if options == nil then
    local routes = self.routes[method]
    asked, total = routes and routes[url], self.timeout.total
  end
  if not asked then
    if type(method) ~= "string" then
      check.usage(("bad argument #1 to 'request' (string expected, got %s)"):format(type(method)))
    end
    if options == nil then
      asked = plain_request(self, method, url)
    else
      asked, total = request_with(self, method, url, check.check(options, request.names))
    end
  end
  local started = time()
  local deadline = total and started + total
  local response = ask(asked, started, deadline, {})
  if response.status < 300 or response.status >= 400 or self.max_redirects == 0 then return response end
  return follow(self, asked, response, started, deadline)
end

---Sends a GET request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:get(url, options) return self:request("GET", url, options) end

---Sends a POST request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:post(url, options) return self:request("POST", url, options) end

---Sends a PUT request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:put(url, options) return self:request("PUT", url, options) end

---Sends a PATCH request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:patch(url, options) return self:request("PATCH", url, options) end

---Sends a DELETE request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:delete(url, options) return self:request("DELETE", url, options) end

---Sends a HEAD request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:head(url, options) return self:request("HEAD", url, options) end

---Sends a OPTIONS request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:options(url, options) return self:request("OPTIONS", url, options) end

return Session
