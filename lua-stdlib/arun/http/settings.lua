-- The options of sessions and requests, checked: URLs, headers, time limits, certificates.

local check = require "arun.options"
local http = require "arun.native.http"

local settings = {}

-- Seconds, of a session that is told nothing else.
settings.usual_timeout = { total = 300, connect = 30, read = 60 }

local limit_range = { above = 0 }
local limit_names = { "total", "connect", "read" }

-- An option's own name in the message.
local function limit(value, name)
  check.number({ [name] = value }, name, nil, limit_range)
  return value ~= math.huge and value or nil
end

--Limits over others; a number is that of all. `wait`: for a place among the pool's connections, which `connect`
--covers only where somebody asks for it. Who starts a thousand requests means them to take turns.
function settings.timeout(given, over)
  if given == nil then return over end
  if type(given) == "number" then given = { total = limit(given, "timeout") or math.huge } end
  if type(given) ~= "table" then check.wrong("timeout", "a number or a table", given) end
  check.check(given, limit_names)
  local timeout = { wait = over.wait }
  for _, name in ipairs(limit_names) do
    if given[name] == nil then
      timeout[name] = over[name]
    else
      timeout[name] = limit(given[name], "timeout." .. name)
    end
  end
  if given.connect ~= nil then timeout.wait = timeout.connect end
  return timeout
end

--A URL that can be asked for.
-- `name`: of the option that it is, if any.
function settings.url(url, base, name)
  if type(url) ~= "string" and type(url) ~= "userdata" then
    if name then check.wrong(name, "a URL", url) end
    check.usage(("a URL expected, got %s"):format(type(url)))
  end
  local parsed = base and base:join(url) or http.parse_url(url)
  if parsed.scheme ~= "http" and parsed.scheme ~= "https" then
    check.usage(("invalid URL '%s': http or https expected"):format(parsed))
  end
  if not parsed.port then check.usage(("invalid URL '%s': nothing can listen on port 0"):format(parsed)) end
  return parsed
end

local function is_headers(value)
  local meta = getmetatable(value)
  return type(value) == "userdata" and type(meta) == "table" and meta.__name == "arun.Headers"
end

--Header fields with those of an option in their place.
function settings.headers(headers, given)
  local added = given.headers
  if added == nil then return headers end
  if type(added) ~= "table" and not is_headers(added) then
    check.wrong("headers", "a table or what http.headers makes", added)
  end
  return headers:with(added)
end

--Decoded bytes for one received; nil: the usual number.
function settings.max_expansion(given)
  return check.number(given, "max_expansion", false, { least = 1 })
end

local function file(given, name)
  local path = check.text(given, name)
  if path == "" then check.wrong(name, "the path of a file", "an empty string") end
  return path
end

--What TLS is to go by.
function settings.tls(given)
  local options = {
    verify = check.boolean(given, "verify", true), ca_file = file(given, "ca_file"), cert = file(given, "cert"),
    key = file(given, "key"), key_password = check.text(given, "key_password"), protocols = "http/1.1",
  }
  if (options.key or options.key_password) and not options.cert then
    check.usage(("option '%s': there is no option 'cert'"):format(options.key and "key" or "key_password"))
  end
  return options
end

return settings
