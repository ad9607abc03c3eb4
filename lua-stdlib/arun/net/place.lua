-- Where a connection leads to, or a listener is: the options host and port, or path.

local native = require "arun.native.stream"
local options = require "arun.options"

local place = {}

---Reads the options.
---@param given table
---@param defaults {host: string?, port: integer?} without one the option must be given
---@return {host: string?, port: integer?, path: string?}
function place.of(given, defaults)
  local path = options.text(given, "path")
  if not path then
    return {
      host = options.text(given, "host") or defaults.host or options.wrong("host", "a string", nil),
      port = options.number(given, "port", defaults.port, { least = 0, most = 65535, integer = true }),
    }
  end
  if given.host ~= nil or given.port ~= nil then
    options.usage("option 'path' stands in place of 'host' and 'port'")
  end
  if not native.is_path(path) then options.wrong("path", "at most 107 bytes without NUL", path) end
  return { path = path }
end

---"example.com:80", "[::1]:80", "/run/socket"; as messages show it.
function place.text(where)
  if where.path then return (where.path:gsub("^\0", "@")) end
  return (where.host:find(":", 1, true) and "[%s]:%d" or "%s:%d"):format(where.host, where.port)
end

return place
