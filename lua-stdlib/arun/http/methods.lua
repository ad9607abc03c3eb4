-- Methods of requests, by the names that people give them.

local check = require "arun.options"

-- Those that are written in any case, as fetch has it; others are sent as they are (RFC 9110, 9.1).
local standard = { "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS" }

local known = {}
for _, name in ipairs(standard) do
  known[name], known[name:lower()] = name, name
end

--The method to be sent.
return function(method)
  if known[method] then return known[method] end
  check.string(method, 1, "request")
  local upper = method:upper()
  if upper == "CONNECT" then check.usage("method CONNECT asks a proxy for a tunnel, which is not offered") end
  return known[upper] or method
end
