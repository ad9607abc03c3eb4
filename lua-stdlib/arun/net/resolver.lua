-- net.resolve and net.resolver. The native part, which needs c-ares, is loaded by the first name to be resolved.

local check = require "arun.check"
local options = require "arun.options"

local resolver = {}

local is_address = require("arun.native.stream").is_address

local families = { ipv4 = true, ipv6 = true }

local default

function resolver.new(given)
  given = options.check(given, { "servers", "timeout", "tries" })
  local servers = given.servers
  if servers ~= nil and (type(servers) ~= "table" or #servers == 0) then
    check.wrong("servers", "a list of addresses", servers)
  end
  local timeout = given.timeout ~= nil and check.number(given, "timeout", nil, { above = 0, most = 3600 }) or nil
  local tries = given.tries ~= nil and check.number(given, "tries", nil, { least = 1, most = 100, integer = true }) or nil
  return require("arun.native.net").resolver(servers and table.concat(servers, ","), timeout, tries)
end

function resolver.resolve(host, given)
  if type(host) ~= "string" then
    options.usage(("bad argument #1 to 'resolve' (string expected, got %s)"):format(type(host)), 2)
  end
  given = options.check(given, { "family", "resolver" })
  local family = given.family
  if family ~= nil and not families[family] then check.wrong("family", "'ipv4' or 'ipv6'", family) end
  if is_address(host) then return { host } end
  local chosen = given.resolver
  if not chosen then
    default = default or resolver.new()
    chosen = default
  end
  return require("arun.native.net").resolve(chosen, host, family)
end

return resolver
