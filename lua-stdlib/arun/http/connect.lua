-- A new connection to a host: TCP, and TLS above it.

local async = require "arun.async"
local core = require "arun.native.core"
local http = require "arun.native.http"
local connect = require "arun.net.connect"
local streams = require "arun.native.stream"

-- OpenSSL is loaded by the first https URL.
local function secure(stream, host)
  local tls = require "arun.native.tls"
  local session = host.session
  session.tls = session.tls or tls.context(session.tls_options)
  tls.start(stream, session.tls, host.name)
end

local function open(connection)
  local host = connection.host
  local stream = connect { host = host.name, port = host.port }
  -- From here on whoever holds the connection closes it.
  connection.stream = stream
  connection.native = http.connection(stream)
  if host.secure then secure(stream, host) end
end

-- In a task of its own, which Connection:release() can cancel.
local function open_cancellably(connection)
  connection.connecting = async.create_task(open, connection)
  local ok, err = pcall(async.await, connection.connecting)
  connection.connecting = false
  if not connection.held then
    error(core.error { kind = "closed", message = connection.ended or "the session was closed" }, 0)
  end
  if not ok then error(err, 0) end
  streams.claim(connection.stream)
end

-- Makes the connection, in at most `limit` seconds; `total`: those left for all of the request.
return function(connection, limit, total)
  local phase = "connect"
  if total and (not limit or total < limit) then
    limit, phase = total, "total"
  end
  if not limit then return open_cancellably(connection) end
  if async.move_on_after(limit, open_cancellably, connection) then return end
  error(core.error {
    kind = "timeout", phase = phase, message = ("no connection after %g s"):format(limit),
  }, 0)
end
