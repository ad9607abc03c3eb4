-- net.listen: where to listen.

local check = require "arun.check"
local native = require "arun.native.stream"
local options = require "arun.options"
local resolver = require "arun.net.resolver"

local names = { "host", "port", "path", "backlog", "reuse_port", "resolver" }

local function backlog_of(given)
  return given.backlog ~= nil and check.number(given, "backlog", nil, { least = 1, most = 65535, integer = true }) or nil
end

return function(given)
  given = options.check(given, names)
  local backlog = backlog_of(given)
  local path = check.string(given, "path")
  if path then
    if given.host ~= nil or given.port ~= nil then
      options.usage("option 'path' stands in place of 'host' and 'port'", 2)
    end
    return native.listen_path(path, backlog)
  end
  local host = check.string(given, "host") or "127.0.0.1"
  local port = check.number(given, "port", 0, { least = 0, most = 65535, integer = true })
  local reuse_port = check.boolean(given, "reuse_port", false)
  if not native.is_address(host) then host = resolver.resolve(host, { resolver = given.resolver })[1] end
  return native.listen(host, port, backlog, reuse_port)
end
