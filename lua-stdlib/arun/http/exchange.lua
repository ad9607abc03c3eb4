-- One request on one connection, up to the head of the response.

local async = require "arun.async"
local core = require "arun.native.core"
local connect = require "arun.http.connect"
local failure = require "arun.http.failure"

local time = async.time

-- A body of up to so many bytes is sent with the head, before anything is read: the system takes that much at once, or
-- nearly.
local SENT_AT_ONCE = 64 * 1024

-- Bytes that are written at once of a large body.
local PORTION = 256 * 1024

-- What the client may send again though it cannot know what the first one did (RFC 9110, 9.2.2).
local idempotent = { GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true, TRACE = true }

local function usage(message) error(core.error { kind = "usage", message = message }, 0) end

-- Writes, for at most so long that nothing is taken.
local function write(stream, limit, ...)
  if not limit then return stream:write(...) end
  local in_time = async.move_on_after(limit, stream.write, stream, ...)
  if in_time then return end
  error(core.error {
    kind = "timeout", phase = "read", message = ("the server took nothing of the body for %g s"):format(limit),
  }, 0)
end

local function send_text(stream, request)
  local body = request.body
  for at = 1, #body, PORTION do write(stream, request.read_limit, body:sub(at, at + PORTION - 1)) end
end

local function send_pieces(stream, request)
  local sent = 0
  for piece in request.source do
    if type(piece) ~= "string" then usage(("a body consists of strings, got a %s"):format(type(piece))) end
    if piece == "" then goto continue end
    sent = sent + #piece
    if request.framing == "chunked" then
      write(stream, request.read_limit, ("%x\r\n"):format(#piece), piece, "\r\n")
    elseif sent <= request.framing then
      write(stream, request.read_limit, piece)
    end
    if request.framing ~= "chunked" and sent >= request.framing then break end
    ::continue::
  end
  if request.framing == "chunked" then
    write(stream, request.read_limit, "0\r\n\r\n")
  elseif sent ~= request.framing then
    usage(("the body is not as long as its Content-Length of %d says"):format(request.framing))
  end
end

-- Sends the body while somebody else waits for the answer, who learns from here only what is not the connection's
-- fault: a server may answer and break off before it has read all.
local function upload(connection, request)
  local ok, err = pcall(request.source and send_pieces or send_text, connection.stream, request)
  connection.upload = false
  if ok then return connection.native:set_sending(false) end
  if core.is_error(err, "io") or core.is_error(err, "closed") then
    connection.native:set_sending(false)
  else
    connection.upload_error = err
    connection.native:close()
  end
end

local function start(connection, request, total)
  local native = connection.native
  local body, head = request.body, request.head
  if not request.source and (not body or #body <= SENT_AT_ONCE) then
    return native:begin(request.method, body and head .. body or head, request.read_limit, total)
  end
  native:begin(request.method, head, request.read_limit, total)
  native:set_sending(true)
  connection.upload_error = false
  connection.upload = async.create_task(upload, connection, request)
end

local function left_of(deadline) return deadline and math.max(deadline - time(), 0) end

-- status, reason, version, headers, whether the body is complete, the body if it is there
local function ask(connection, request, deadline)
  if not connection.native then connect(connection, request.connect_limit, left_of(deadline)) end
  start(connection, request, left_of(deadline))
  return connection.native:head()
end

-- Whether the server, which had closed the connection while it was idle, has not even seen the request.
local function may_retry(connection, request, err)
  return connection.reused and idempotent[request.method] and not request.source
    and (core.is_error(err, "io") or core.is_error(err, "http"))
    and not connection.native:is_answered()
end

local function wait_in_time(host, request, deadline)
  if not deadline then return host:wait() end
  local granted = false
  local in_time = async.move_on_after(deadline - time(), function()
    host:wait()
    granted = true
  end)
  if in_time then return end
  if granted then host.pool:give_back(host) end
  error(failure(core.error {
    kind = "timeout", phase = "total", message = "no connection was free in time",
  }, request), 0)
end

-- Sends the request and waits for the head of the response. A request that may be sent twice is, when the first time
-- was on a connection that the server had closed while it was idle. Gives the connection, still held: the caller
-- releases it; and what the head says, whether no more of the body is to come, and what there is of it then.
local function exchange(request, deadline, fresh)
  local connection <close> = request.host:acquire(fresh, wait_in_time, request, deadline)
  local ok, status, reason, version, headers, whole, body = pcall(ask, connection, request, deadline)
  if ok then
    connection.busy = false
    return connection, status, reason, version, headers, whole, body
  end
  local may_repeat = may_retry(connection, request, status)
  connection:release(false)
  if may_repeat then return exchange(request, deadline, true) end
  error(failure(connection.upload_error or status, request), 0)
end

return exchange
