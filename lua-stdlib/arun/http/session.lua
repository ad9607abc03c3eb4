-- Sessions: settings and connections that requests share.

local async = require "arun.async"
local core = require "arun.native.core"
local exchange = require "arun.http.exchange"
local failure = require "arun.http.failure"
local http = require "arun.native.http"
local check = require "arun.options"
local finish = require "arun.http.rest"
local Pool = require "arun.http.pool"
local method_of = require "arun.http.methods"
local redirect = require "arun.http.redirect"
local request = require "arun.http.request"
local Response = require "arun.http.response"
local settings = require "arun.http.settings"

local time = async.time

local names = {
  "base_url", "headers", "timeout", "max_connections", "max_per_host", "verify", "ca_file", "cert", "key",
  "key_password", "max_redirects", "max_expansion",
}

local usual_headers = {
  { "User-Agent", "arun" }, { "Accept", "*/*" }, { "Accept-Encoding", "gzip, deflate, br, zstd" },
}

-- So many URLs are remembered with what follows from them.
local MOST_ROUTES = 1000

---@class arun.Session settings and connections that requests share; `<close>`. An idle connection is used again by the
---next request to the same origin, for 55 seconds; it keeps no program alive
local Session = { __name = "session" }
Session.__index = Session
local check_session = core.self_check(Session)

function Session:__newindex(name)
  check.usage(("a session does not change: '%s' may be an option of http.session or of a request"):format(name))
end

-- `shared`: it is nobody's in particular, and never closed.
function Session.new(given, shared)
  given = check.check(given, names)
  local many = { least = 1, integer = true }
  local max = check.number(given, "max_connections", 100, many)
  local self = {
    settings = {
      base_url = given.base_url ~= nil and settings.url(given.base_url, nil, "base_url") or nil,
      headers = settings.headers(http.headers(usual_headers), given),
      timeout = settings.timeout(given.timeout, settings.usual_timeout),
      max_redirects = check.number(given, "max_redirects", 10, { least = 0, integer = true }),
      max_expansion = settings.max_expansion(given),
    },
    pool = Pool.new(max, check.number(given, "max_per_host", max, many)),
    tls_options = settings.tls(given), tls = false,
    routes = {}, route_count = 0,
    open = not shared and core.open_handle "HTTP session" or nil,
  }
  return setmetatable(self, Session)
end

---Ends it: idle connections are closed, responses whose bodies are still to come too, and requests that wait raise kind
---"closed". Again: nothing.
function Session:close()
  check_session(self)
  if self.open then self.open:close() end
  self.pool:close()
end

Session.__close = Session.close

local function limited(made, timeout)
  made.read_limit, made.connect_limit, made.wait_limit = timeout.read, timeout.connect, timeout.wait
  made.total = timeout.total
  return made
end

-- A request without options is the same each time.
local function plain_request(self, method, url)
  local made = request.new(self, method, settings.url(url, self.settings.base_url), {})
  limited(made, self.settings.timeout)
  if self.route_count == MOST_ROUTES then self.routes, self.route_count = {}, 0 end
  local routes = self.routes[method] or {}
  self.routes[method] = routes
  routes[url] = made
  self.route_count = self.route_count + 1
  return made
end

local function request_with(self, method, url, given)
  check.check(given, request.names, request.hints)
  local made = request.new(self, method, settings.url(url, self.settings.base_url), given)
  return limited(made, settings.timeout(given.timeout, self.settings.timeout))
end

-- Asks once: redirects are not followed.
local function ask(asked, started, deadline, history)
  local connection, status, reason, version, headers, whole, body = exchange(asked, deadline)
  local now = time()
  local response = Response.new {
    status = status, reason = reason, ok = status < 400, url = asked.shown, headers = headers, history = history,
    elapsed = now - started, http_version = version, request = asked, content = whole and (body or "") or false,
    connection = not whole and connection, streamed = false, was_read = false, closed = false,
    trailers = whole and Response.trailers_of(connection, body) or nil,
  }
  if whole then connection:release(true, now) else connection:hand_over() end
  return response
end

local function follow(self, asked, response, started, deadline)
  local most = self.settings.max_redirects
  local history = {}
  while true do
    local ok, next_request = pcall(redirect, self, asked, response.status, response.headers)
    if not ok then error(failure(next_request, asked), 0) end
    if not next_request then return response end
    finish(response)
    history[#history + 1] = response
    if #history > most then
      error(failure(core.error {
        kind = "http", code = "TOO_MANY_REDIRECTS", message = ("more than %d redirects"):format(most),
      }, asked), 0)
    end
    asked = next_request
    response = ask(asked, started, deadline, { table.unpack(history) })
  end
end

---Sends a request and waits for the head of the response. Redirects are followed.
---@param method string GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS in any case; others as they are to be sent, but not
---CONNECT
---@param url string|arun.Url http or https; joined to the session's `base_url`, if it has one
---@param options? arun.RequestOptions
---@return arun.Response
---Raises, each with `url`: kind "io" with `code` (refused, reset, closed without an answer, ...), "dns", "tls" with
---`code` (certificates, handshakes), "http" (an answer that is none, or is cut off; too many redirects), "timeout" with
---`phase`; kind "closed" when the session is closed, kind "usage" for URLs, headers and options that are none.
---A request that failed is never sent again, but for one that is idempotent (RFC 9110, 9.2.2) and met the end of a
---connection which the server had closed while it was idle.
function Session:request(method, url, options)
  check_session(self)
  method = method_of(method)
  local asked
  if options == nil then
    local routes = self.routes[method]
    asked = routes and routes[url] or plain_request(self, method, url)
  else
    asked = request_with(self, method, url, options)
  end
  local started = time()
  local deadline = asked.total and started + asked.total
  local response = ask(asked, started, deadline, {})
  if response.status < 300 or response.status >= 400 or self.settings.max_redirects == 0 then return response end
  return follow(self, asked, response, started, deadline)
end

---Sends a GET request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:get(url, options) return check_session(self):request("GET", url, options) end

---Sends a POST request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:post(url, options) return check_session(self):request("POST", url, options) end

---Sends a PUT request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:put(url, options) return check_session(self):request("PUT", url, options) end

---Sends a PATCH request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:patch(url, options) return check_session(self):request("PATCH", url, options) end

---Sends a DELETE request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:delete(url, options) return check_session(self):request("DELETE", url, options) end

---Sends a HEAD request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:head(url, options) return check_session(self):request("HEAD", url, options) end

---Sends an OPTIONS request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function Session:options(url, options) return check_session(self):request("OPTIONS", url, options) end

return Session
