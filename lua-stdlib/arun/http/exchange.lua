-- One request on one connection, up to the head of the response.

local async = require "arun.async"
local core = require "arun.native.core"
local connect = require "arun.http.connect"
local failure = require "arun.http.failure"
local compose = require("arun.http.request").compose

local time = async.time

-- A body of up to so many bytes is sent with the head, before anything is read: the system takes that much at once, or
-- nearly.
local SENT_AT_ONCE = 64 * 1024

-- Bytes that are written at once of a large body.
local PORTION = 256 * 1024

-- What the client may send again though it cannot know what the first one did (RFC 9110, 9.2.2).
local idempotent = { GET = true, HEAD = true, OPTIONS = true, PUT = true, DELETE = true, TRACE = true }

-- Seconds for which a server is waited for that was asked whether it wants the body: not all of them answer that.
local PATIENCE = 1

-- In the task that sends the body: the script's line is that of the request.
local function usage(request, message)
  error(core.error {
    kind = "usage", url = request.shown, method = request.method,
    message = ("%s%s %s: %s"):format(request.place, request.method, request.shown, message),
  }, 0)
end

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
  request.begun = true
  for piece in request.source do
    if type(piece) ~= "string" then usage(request, ("a body consists of strings, got a %s"):format(type(piece))) end
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
    usage(request, ("the body is not as long as its Content-Length of %d says"):format(request.framing))
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

local function left_of(deadline) return deadline and math.max(deadline - time(), 0) end

-- Sends the head, and the body with it where that is a small one; `text`: these and no more.
local function begin(connection, request, deadline, text)
  connection.native:begin(request.method, text, request.read_limit, left_of(deadline), request.max_expansion,
    request.total)
  connection.begun = true
end

local function send_body(connection, request)
  connection.native:set_sending(true)
  connection.unsent, connection.upload_error = false, false
  connection.upload = async.create_task(upload, connection, request)
end

-- Of a request that asks the server first (RFC 9110, 10.1.1): the answer, if there is one already, or that to the body.
local function answer_or_send(connection, request, status, ...)
  if status then return status, ... end
  send_body(connection, request)
  return connection.native:head()
end

-- status, reason, version, headers, whether the body is complete, the body if it is there
-- `waited`: seconds, for the right to make the connection.
local function ask(connection, request, deadline, waited)
  if not connection.native then
    local limit = request.connect_limit
    if request.wait_limit then limit = limit and math.max(limit - waited, 0) end
    connect(connection, limit, left_of(deadline))
  end
  local body, head = request.body, request.head
  if request.expects then
    connection.unsent = true
    begin(connection, request, deadline, head)
    return answer_or_send(connection, request, connection.native:head(PATIENCE))
  end
  local is_small = not request.source and (not body or #body <= SENT_AT_ONCE)
  begin(connection, request, deadline, body and is_small and head .. body or head)
  if not is_small then send_body(connection, request) end
  return connection.native:head()
end

-- What closed it, where that was this side.
local function told_as_ended(connection, err)
  if not connection.ended or not core.is_error(err, "closed") then return err end
  return core.error { kind = "closed", message = connection.ended, address = err.address }
end

-- Some servers close a TLS connection without a word. Where nothing of an answer came, nothing was cut off.
local function told_as_reset(connection, err)
  local unanswered = core.is_error(err, "tls") and err.code == "ERR_SSL_UNEXPECTED_EOF_WHILE_READING"
    and connection.begun and not connection.native:is_answered()
  if not unanswered then return err end
  return core.error {
    kind = "io", code = "ECONNRESET", operation = "read", address = err.address, cause = err,
    message = ("read %s: the server closed the connection without an answer (ECONNRESET)"):format(err.address),
  }
end

-- Whether the server, which had closed the connection while it was idle, has not even seen the request.
local function may_retry(connection, request, err)
  return connection.reused and idempotent[request.method] and not request.begun
    and core.is_error(err, "io") and not connection.native:is_answered()
end

local function wait_in_time(host, request, deadline)
  local limit, phase = request.wait_limit, "connect"
  local left = left_of(deadline)
  if left and (not limit or left < limit) then
    limit, phase = left, "total"
  end
  if not limit then return host:wait(request) end
  local granted = false
  local in_time = async.move_on_after(limit, function()
    host:wait(request)
    granted = true
  end)
  if in_time then return end
  local use = host:use()
  if granted then host.pool:give_back(host) end
  error(failure(core.error {
    kind = "timeout", phase = phase, message = ("no connection was free for %g s: %s"):format(limit, use),
  }, request), 0)
end

-- A server that does not know the expectation gets the request without it (RFC 9110, 10.1.1).
local function stop_expecting(request)
  request.headers = request.headers:with { Expect = false }
  compose(request)
end

-- Sends the request and waits for the head of the response. A request that may be sent twice is, when the first time
-- was on a connection that the server had closed while it was idle. Gives the connection, still held: the caller
-- releases it; and what the head says, whether no more of the body is to come, and what there is of it then.
local function exchange(request, deadline, fresh)
  local connection <close>, waited = request.host:acquire(fresh, wait_in_time, request, deadline)
  local ok, status, reason, version, headers, whole, body = pcall(ask, connection, request, deadline, waited)
  if ok and status == 417 and connection.unsent then
    connection:release(false)
    stop_expecting(request)
    return exchange(request, deadline)
  end
  if ok then
    connection.busy = false
    return connection, status, reason, version, headers, whole, body
  end
  local err = told_as_ended(connection, told_as_reset(connection, status))
  local may_repeat = may_retry(connection, request, err)
  connection:release(false)
  if may_repeat then return exchange(request, deadline, true) end
  error(failure(connection.upload_error or err, request), 0)
end

return exchange
