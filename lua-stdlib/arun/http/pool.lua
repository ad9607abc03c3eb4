-- The connections of a session: how many there may be, who gets the next, which are idle.

local core = require "arun.native.core"
local failure = require "arun.http.failure"
local forgotten = require "arun.http.forgotten"
local native = require "arun.native.async"
local streams = require "arun.native.stream"

local time = native.time

-- Seconds after which an idle connection is not used any more: servers close them at some time, and the request that
-- crosses with that fails.
local LONGEST_IDLE = 55

-- One that carries requests, or the right to make it. At the end of a scope it is closed while it is `busy`: in the
-- middle of something that must not be broken off.
--   host, stream
--   native        the connection; false until it is made
--   connecting    the task that makes it, or false
--   held          it counts among the active ones
--   reused        it has carried a request before
--   handed        a response holds it, which may have been forgotten
--   begun         a request was sent
--   unsent        its body was not: the server was asked first whether it wants it
--   upload        the task that sends the request's body, or false
--   upload_error  what that failed with, when it is not the connection's fault, or false
--   ended         what closed it while it was held, or false
local Connection = {}
Connection.__index = Connection

function Connection:__close()
  if self.busy then self:release(false) end
end

-- Gives it back, once. `reusable`: it may carry another request.
function Connection:release(reusable, now)
  if not self.held then return end
  self.held, self.busy = false, false
  if self.handed then
    self.handed = false
    self.host.pool.handed = self.host.pool.handed - 1
  end
  if self.unsent then reusable = false end
  if self.upload then
    self.upload:cancel()
    self.upload, reusable = false, false
  end
  local host = self.host
  local pool = host.pool
  if reusable and not pool.closed and self.native:is_usable() then
    self.idle_since = now or time()
    self.reused = true
    streams.keep(self.stream)
    host.idle[#host.idle + 1] = self
    pool.idle = pool.idle + 1
  else
    pool.connections[self] = nil
    if self.connecting then self.connecting:cancel() end
    if self.native then self.native:close() end
  end
  pool:give_back(host)
end

-- A response holds it from now on.
function Connection:hand_over()
  self.handed = true
  self.host.pool.handed = self.host.pool.handed + 1
  forgotten.watch(self.host.pool)
end

-- An origin and its connections.
--   active  how many carry a request or a response
--   idle    the last used last
--   queued  it is among the pool's hosts that somebody may wait for
local Host = {}
Host.__index = Host

-- The connections of all origins.
--   active, idle  how many
--   handed        how many responses hold one
--   connections   all that are open, as keys
--   waiting       hosts that somebody may wait for, in the order of their turns
--   waiting_count, next_collection, collector   of forgotten.lua
local Pool = {}
Pool.__index = Pool

function Pool.new(max, max_per_host)
  return setmetatable({
    max = max, max_per_host = max_per_host, active = 0, idle = 0, handed = 0,
    connections = {}, hosts = {}, waiting = {}, closed = false,
    waiting_count = 0, next_collection = 0, collector = false,
  }, Pool)
end

-- The host of this origin. `describe` makes what it is, when it is new: it is the pool's while it has connections, or
-- somebody waits for one.
function Pool:host(origin, describe)
  local host = self.hosts[origin]
  if not host then
    host = setmetatable(describe(), Host)
    host.pool, host.origin = self, origin
    host.active, host.idle, host.waiters, host.queued = 0, {}, native.waitlist(), false
  end
  return host
end

-- The host of the same origin that the pool has, which this one becomes if there is none.
function Host:known()
  local hosts = self.pool.hosts
  local known = hosts[self.origin]
  if known then return known end
  hosts[self.origin] = self
  return self
end

function Host:forget_if_unused()
  local hosts = self.pool.hosts
  if self.active > 0 or #self.idle > 0 or self.queued or hosts[self.origin] ~= self then return end
  hosts[self.origin] = nil
end

-- One active connection less. Whoever waits gets its place at once, so that nobody can overtake; the hosts take turns.
function Pool:give_back(host)
  host.active = host.active - 1
  self.active = self.active - 1
  if self.granting then return host:forget_if_unused() end -- a response was collected: the loop below sees its place
  self.granting = true
  local waiting, at = self.waiting, 1
  while at <= #waiting and self.active < self.max do
    local next_host = waiting[at]
    if next_host.active >= self.max_per_host then
      at = at + 1
    else
      table.remove(waiting, at)
      next_host.queued = next_host.waiters:wake_one(true)
      if next_host.queued then
        next_host.active = next_host.active + 1
        self.active = self.active + 1
        waiting[#waiting + 1] = next_host
      else
        next_host:forget_if_unused()
      end
    end
  end
  self.granting = false
  host:forget_if_unused()
end

local function raise_closed(request)
  local err = failure(core.error { kind = "closed", message = "the session is closed" }, request)
  err.message = core.place() .. err.message
  error(err, 0)
end

-- Closes all connections. Whoever waits for one, or for an answer, gets an error of kind "closed".
function Pool:close()
  self.closed = true
  for _, host in ipairs(self.waiting) do host.waiters:wake_all(false) end
  self.waiting = {}
  for _, host in pairs(self.hosts) do host:close_idle() end
  for connection in pairs(self.connections) do
    connection.ended = "the session was closed"
    connection:release(false)
  end
end

-- Takes one of the idle connections away and closes it.
function Host:drop_idle(at)
  local connection = table.remove(self.idle, at)
  self.pool.idle = self.pool.idle - 1
  self.pool.connections[connection] = nil
  connection.native:close()
  self:forget_if_unused()
end

function Host:close_idle()
  for i = #self.idle, 1, -1 do self:drop_idle(i) end
end

-- Connections that are idle count too: the one idle for longest makes room.
function Pool:make_room()
  while self.idle > 0 and self.active + self.idle > self.max do
    local oldest
    for _, host in pairs(self.hosts) do
      local first = host.idle[1]
      if first and (not oldest or first.idle_since < oldest.idle_since) then oldest = first end
    end
    oldest.host:drop_idle(1)
  end
end

function Host:take_place()
  local pool = self.pool
  if self.active >= pool.max_per_host or pool.active >= pool.max then return false end
  self.active = self.active + 1
  pool.active = pool.active + 1
  return true
end

-- What the connections are in use by, for who waits for one.
function Host:use()
  local pool = self.pool
  local of_host = self.active >= pool.max_per_host
  local responses = 0
  for connection in pairs(pool.connections) do
    if connection.handed and (connection.host == self or not of_host) then responses = responses + 1 end
  end
  local text = "all %d connections%s are in use, %d of them by responses that were neither read to the end nor closed"
  return text:format(of_host and self.active or pool.active, of_host and " to " .. self.origin or "", responses)
end

-- Waits for a place; it is taken when this returns.
function Host:wait(request)
  local pool = self.pool
  local _ <close> = forgotten.begin_waiting(pool)
  -- A collection may have ended its last connection.
  pool.hosts[self.origin] = self
  if self:take_place() then return end
  if not self.queued then
    self.queued = true
    pool.waiting[#pool.waiting + 1] = self
  end
  if not self.waiters:wait(("a connection to %s: %s"):format(self.origin, self:use())) then raise_closed(request) end
end

function Host:take_idle(now)
  local idle = self.idle
  local count = #idle
  -- The last was used last: when it is too old, all are.
  if count > 0 and now - idle[count].idle_since > LONGEST_IDLE then self:close_idle() end
  for at = #idle, 1, -1 do
    local connection = idle[at]
    if connection.native:is_usable() then
      idle[at] = nil
      self.pool.idle = self.pool.idle - 1
      streams.claim(connection.stream)
      return connection
    end
    self:drop_idle(at)
  end
end

-- A connection of its own for the caller, who closes or releases it: an idle one, unless it must be `fresh`, or one to
-- be made; and how many seconds that took. When it is not the caller's turn yet, wait(self, request, deadline) is to
-- call self:wait(request).
function Host:acquire(fresh, wait, request, deadline)
  local pool = self.pool
  if pool.closed then raise_closed(request) end
  self = self:known()
  local waited = 0
  if not self:take_place() then
    local began = time()
    wait(self, request, deadline)
    waited = time() - began
  end
  local connection = not fresh and self:take_idle(time())
  if not connection then
    pool:make_room()
    connection = setmetatable({
      host = self, native = false, connecting = false, held = true, busy = true, reused = false, handed = false,
      begun = false, unsent = false, upload = false, upload_error = false, ended = false,
    }, Connection)
    pool.connections[connection] = true
  end
  connection.held, connection.busy = true, true
  return connection, waited
end

return Pool
