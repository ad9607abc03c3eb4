-- Where a redirect leads, and what is asked for there (RFC 9110, 15.4).

local core = require "arun.native.core"
local host_of = require "arun.http.host"
local request = require "arun.http.request"

local redirects = { [301] = true, [302] = true, [303] = true, [307] = true, [308] = true }

-- What is for the eyes of one origin only.
local credentials = { Authorization = false, Cookie = false, ["Proxy-Authorization"] = false }

-- What belongs to a body that is not sent again.
local of_body = {
  ["Content-Type"] = false, ["Content-Length"] = false, ["Content-Encoding"] = false, ["Content-Language"] = false,
  ["Content-Location"] = false, Expect = false,
}

local function fail(message, ...)
  error(core.error { kind = "http", code = "BAD_REDIRECT", message = message:format(...) }, 0)
end

-- 303 is an answer to be fetched; 301 and 302 make a GET of a POST, as all clients do.
local function method_after(status, method)
  if method == "HEAD" then return method end
  if status == 303 or (method == "POST" and (status == 301 or status == 302)) then return "GET" end
  return method
end

local function target_of(asked, location)
  local ok, target = pcall(asked.url.join, asked.url, location)
  if not ok then
    -- The place in the script that the message begins with is none of the redirect's.
    fail("redirect to an %s", (tostring(target):gsub("^.-(invalid URL)", "%1")))
  end
  if target.scheme ~= "http" and target.scheme ~= "https" then fail("redirect to a URL of scheme %s", target.scheme) end
  if not target.port then fail("redirect to port 0: %s", request.shown(target)) end
  if not target.fragment and asked.url.fragment then target = target:with { fragment = asked.url.fragment } end
  return target
end

-- The request that follows from a response of this status and these headers; nil when none does.
return function(session, asked, status, headers)
  if not redirects[status] then return nil end
  local locations = headers:get_all("Location")
  if #locations == 0 then return nil end
  if #locations > 1 then fail("a redirect to %d places", #locations) end
  local url = target_of(asked, locations[1])
  local method = method_after(status, asked.method)
  if method == asked.method and asked.begun then fail("a redirect of a body that cannot be sent again") end

  local host = host_of(session, url)
  local own = asked.headers:with { Host = url.authority }
  if host.origin ~= asked.host.origin then own = own:with(credentials) end
  local next_request = {
    method = method, url = url, shown = request.shown(url), host = host, headers = own,
    body = asked.body, source = asked.source, begun = false, place = asked.place,
    read_limit = asked.read_limit, connect_limit = asked.connect_limit, wait_limit = asked.wait_limit,
    total = asked.total, max_expansion = asked.max_expansion,
  }
  if method ~= asked.method then
    next_request.headers = own:with(of_body)
    next_request.body, next_request.source = nil, nil
  end
  request.compose(next_request)
  return next_request
end
