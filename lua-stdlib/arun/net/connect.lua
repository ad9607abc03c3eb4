-- net.connect: which addresses to try, and when.

local async = require "arun.async"
local core = require "arun.native.core"
local native = require "arun.native.stream"
local options = require "arun.options"
local place = require "arun.net.place"
local resolver = require "arun.net.resolver"

local names = {
  "host", "port", "path", "timeout", "family", "local_address", "nodelay", "keepalive", "resolver",
}

-- Seconds: what RFC 8305 recommends as "Connection Attempt Delay".
local ATTEMPT_DELAY = 0.25

-- Seconds; what TCP_KEEPIDLE takes (tcp(7)).
local KEEPALIVE = { least = 1, most = 32767, integer = true }

-- Seconds between attempts at a Unix socket whose queue is full, of which the system gives no word.
local FIRST_RETRY, LAST_RETRY = 0.001, 0.05

local function connect_path(path)
  local wait = FIRST_RETRY
  while true do
    local ok, result = pcall(native.connect_path, path)
    if ok then return result end
    if result.code ~= "EAGAIN" then error(result, 0) end
    async.sleep(wait)
    wait = math.min(2 * wait, LAST_RETRY)
  end
end

local function connect_address(address, plan)
  local stream = native.connect(address, plan.port, plan.local_address)
  if not plan.nodelay then stream:set_nodelay(false) end
  if plan.keepalive then stream:set_keepalive(plan.keepalive) end
  return stream
end

-- The families in turn, beginning with the first address's (RFC 8305, section 4).
local function interleave(addresses)
  local families = { {}, {} }
  local first_is_v6 = addresses[1]:find(":", 1, true) ~= nil
  for _, address in ipairs(addresses) do
    local is_v6 = address:find(":", 1, true) ~= nil
    table.insert(families[is_v6 == first_is_v6 and 1 or 2], address)
  end
  local order = {}
  for i = 1, #addresses do
    order[#order + 1] = families[1][i]
    order[#order + 1] = families[2][i]
  end
  return order
end

local function failure(target, errors)
  local texts = {}
  for i, err in ipairs(errors) do texts[i] = tostring(err):gsub("^connect ", "") end
  return core.error {
    kind = "io", operation = "connect", code = errors[1].code, address = target, errors = errors,
    message = ("connect %s: %s"):format(target, table.concat(texts, "; ")),
  }
end

-- Attempts side by side, each begun when the one before it has failed or taken too long. The first connection wins; the
-- other attempts are cancelled, and none outlives the call.
local function race(addresses, plan)
  local winner
  local errors = {}
  local _ <close> = setmetatable({}, { __close = function(_, err)
    if err ~= nil and winner then winner:close() end
  end })
  local group <close> = async.task_group()
  local changed = async.event()
  local latest -- the number of the attempt that is to fail before the next begins
  local function attempt(number)
    local ok, result = pcall(connect_address, addresses[number], plan)
    if not ok then
      errors[#errors + 1] = result
      if number == latest then latest = nil end
    elseif winner then
      result:close()
    else
      winner = result
    end
    changed:set()
  end
  local function wait(is_over)
    while not winner and not is_over() do
      changed:clear()
      changed:wait()
    end
  end
  for number = 1, #addresses do
    latest = number
    group:create_task(attempt, number)
    async.move_on_after(ATTEMPT_DELAY, wait, function() return not latest end)
    if winner then break end
  end
  wait(function() return #errors == #addresses end)
  group:cancel()
  return winner, errors
end

local function connect_any(addresses, plan)
  if #addresses > 1 then return race(interleave(addresses), plan) end
  local ok, result = pcall(connect_address, addresses[1], plan)
  if ok then return result end
  return nil, { result }
end

local function open(plan)
  if plan.path then return connect_path(plan.path) end
  if native.is_address(plan.host) then return connect_address(plan.host, plan) end
  local addresses = resolver.resolve(plan.host, { family = plan.family, resolver = plan.resolver })
  local stream, errors = connect_any(addresses, plan)
  if stream then return stream end
  error(failure(place.text(plan), errors), 0)
end

local function plan_of(given)
  local plan = place.of(given, {})
  plan.timeout = options.number(given, "timeout", false, { least = 0 })
  plan.family = given.family
  plan.resolver = given.resolver
  plan.nodelay = options.boolean(given, "nodelay", true)
  plan.keepalive = given.keepalive and options.number(given, "keepalive", nil, KEEPALIVE)
  plan.local_address = options.text(given, "local_address")
  if plan.local_address and not native.is_address(plan.local_address) then
    options.wrong("local_address", "a numeric address", plan.local_address)
  end
  return plan
end

return function(given)
  local plan = plan_of(options.check(given, names))
  local in_time, stream
  if plan.timeout then
    in_time, stream = async.move_on_after(plan.timeout, open, plan)
  else
    in_time, stream = true, open(plan)
  end
  if in_time then
    native.claim(stream)
    return stream
  end
  local target = place.text(plan)
  error(core.error {
    kind = "timeout", phase = "connect", address = target,
    message = ("connect %s: timed out after %g s"):format(target, plan.timeout),
  }, 0)
end
