-- net.listen: where to listen.

local native = require "arun.native.stream"
local options = require "arun.options"
local place = require "arun.net.place"
local resolver = require "arun.net.resolver"

local names = { "host", "port", "path", "backlog", "reuse_port", "resolver" }

local BACKLOG = { least = 1, most = 2 ^ 31 - 1, integer = true }

return function(given)
  given = options.check(given, names)
  local where = place.of(given, { host = "127.0.0.1", port = 0 })
  local backlog = options.number(given, "backlog", false, BACKLOG)
  local reuse_port = options.boolean(given, "reuse_port", false)
  if where.path then return native.listen_path(where.path, backlog) end
  local host = where.host
  if not native.is_address(host) then host = resolver.resolve(host, { resolver = given.resolver })[1] end
  return native.listen(host, where.port, backlog, reuse_port)
end
