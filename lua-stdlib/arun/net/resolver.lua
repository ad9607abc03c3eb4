-- net.resolve and net.resolver. The native part, which needs c-ares, is loaded by the first name to be resolved.

local options = require "arun.options"

local resolver = {}

local is_address = require("arun.native.stream").is_address

local families = { ipv4 = true, ipv6 = true }

local default

-- As c-ares wants them, or nil.
local function servers_of(list)
  if list == nil then return nil end
  local good = type(list) == "table" and #list > 0
  for _, server in ipairs(good and list or {}) do good = good and type(server) == "string" end
  if not good then options.wrong("servers", "a list of addresses", list) end
  return table.concat(list, ",")
end

function resolver.new(given)
  given = options.check(given, { "servers", "timeout", "tries" })
  local servers = servers_of(given.servers)
  local timeout = options.number(given, "timeout", false, { above = 0, most = 3600 })
  local tries = options.number(given, "tries", false, { least = 1, most = 100, integer = true })
  return require("arun.native.net").resolver(servers, timeout, tries)
end

function resolver.resolve(host, given)
  if type(host) ~= "string" then
    options.usage(("bad argument #1 to 'resolve' (string expected, got %s)"):format(type(host)))
  end
  given = options.check(given, { "family", "resolver" })
  local family = given.family
  if family ~= nil and not families[family] then options.wrong("family", "'ipv4' or 'ipv6'", family) end
  local chosen = given.resolver
  if chosen ~= nil and type(chosen) ~= "userdata" then options.wrong("resolver", "one made by net.resolver", chosen) end
  if is_address(host) then return { host } end
  -- /etc/hosts has it without the dot of the root.
  if host:lower() == "localhost." then host = "localhost" end
  if not chosen then
    default = default or resolver.new()
    chosen = default
  end
  return require("arun.native.net").resolve(chosen, host, family)
end

return resolver
