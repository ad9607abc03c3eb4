-- Responses: what is known of them, and their bodies.

local core = require "arun.native.core"
local failure = require "arun.http.failure"
local http = require "arun.native.http"
local options = require "arun.options"

-- Bytes that are read at once.
local PIECE = 64 * 1024

-- Bytes of a body that are joined at once, while others have their turns in between.
local PART = 1024 * 1024

-- The longest line of response:lines(), in bytes.
local LONGEST_LINE = 1024 * 1024

---@class arun.Response the answer to a request. `<close>`: its body need not be read to the end; what was read is kept
---by text, json and bytes, and may be asked for again. One that is neither read to its end nor closed holds its
---connection until it is collected. While a request waits for a connection that is helped along: garbage is collected
---10 ms later, and again after twice as long each time, for 5 seconds; in a large program, where that takes long, less
---often
---@field status integer
---@field reason string
---@field ok boolean whether the status is below 400
---@field url string where it came from, after redirects
---@field headers arun.Headers
---@field history arun.Response[] the redirects that led here, the first one first
---@field elapsed number seconds from the start of the request to the head of this response
---@field http_version string "1.1" or "1.0"
---@field trailers arun.Headers? the fields that came after the body (RFC 9110, 6.5); nil until its end has been read
local Response = { __name = "response" }
Response.__index = Response

-- One whose body is still to come. It holds a connection, which is free again when it is collected.
local Open = { __name = "response", __index = Response }

-- Of its public fields, `request`, and `connection` when some of the body is to come.
local check_response = core.self_check(Response, Open)

function Response.new(fields) return setmetatable(fields, fields.connection and Open or Response) end

local no_trailers = http.headers {}

-- The trailers of a connection that carries a complete response. `body`: it came in one piece, and not in chunks.
function Response.trailers_of(connection, body) return not body and connection.native:trailers() or no_trailers end

---Ends it: what was not read of the body cannot be read any more. Again: nothing.
function Response:close()
  if check_response(self).closed then return end
  self.closed = true
  if not self.was_read then self.content = false end
  local connection = self.connection
  if not connection then return end
  self.connection = false
  connection.ended = connection.ended or "the response was closed"
  connection:release(false)
end

Response.__close = Response.close
Open.__close = Response.close
Open.__gc = Response.close

function Response:__tostring() return ("response (%d, %s)"):format(self.status, self.url) end

Open.__tostring = Response.__tostring

local function about(self, text) return ("%s %s: %s"):format(self.request.method, self.request.shown, text) end

-- Raises: it cannot be read any more.
local function closed(self, why)
  error(failure(core.error { kind = "closed", message = why or "the response is closed" }, self.request), 0)
end

-- The next piece of the body, of at most so many bytes; nil at the end.
local function read(self, most)
  local connection = self.connection
  if not connection then return nil end
  if connection.busy then options.usage(about(self, "another task reads from this response already")) end
  -- When the task is cancelled the transfer ends.
  connection.busy = true
  local _ <close> = connection
  local ok, piece, complete = pcall(connection.native.body, connection.native, most)
  if not ok then
    local ended = core.is_error(piece, "closed") and connection.ended
    self:close()
    if ended then closed(self, ended) end
    error(failure(connection.upload_error or piece, self.request), 0)
  end
  connection.busy = false
  if complete then
    self.connection = false
    self.trailers = Response.trailers_of(connection)
    connection:release(true)
  end
  return piece
end

-- The body is to be streamed: it is not kept.
local function begin_stream(self)
  if self.content then return end
  if self.closed then closed(self) end
  local connection = self.connection
  if connection and not connection.held then closed(self, connection.ended) end
  if connection and connection.busy then options.usage(about(self, "another task reads from this response already")) end
  if self.streamed then options.usage(about(self, "the body was read already, by chunks, lines or save")) end
  if not connection then closed(self) end
  self.streamed = true
end

---The body as it is, with content codings taken off.
---@return string
function Response:bytes()
  check_response(self).was_read = true
  if self.content then return self.content end
  begin_stream(self)
  local parts, pieces, count, size = {}, {}, 0, 0
  while self.connection do
    local piece = read(self, PIECE)
    if piece then
      count, size = count + 1, size + #piece
      pieces[count] = piece
    end
    if size >= PART or not self.connection then
      parts[#parts + 1] = table.concat(pieces, "", 1, count)
      count, size = 0, 0
    end
  end
  self.content = http.join(parts)
  return self.content
end

-- The charset that a Content-Type names; "" for none.
local function charset_in(content_type)
  for name, value in content_type:gmatch(';%s*([^%s;=]+)%s*=%s*"?([^%s;"]*)') do
    if name:lower() == "charset" then return value end
  end
  return ""
end

-- Those of the types seen last: a server has few.
local charsets, charset_count = {}, 0

local function charset_of(headers)
  local content_type = headers["Content-Type"] or ""
  local charset = charsets[content_type]
  if charset then return charset end
  if charset_count == 100 then charsets, charset_count = {}, 0 end
  charset_count = charset_count + 1
  charsets[content_type] = charset_in(content_type)
  return charsets[content_type]
end

---The body as UTF-8, converted from the charset that Content-Type names; without one it is taken for UTF-8. What is not
---valid in its charset becomes U+FFFD.
---@return string
---Raises kind "http" for a charset that is not known.
function Response:text()
  local bytes = check_response(self):bytes()
  local charset = charset_of(self.headers)
  local ok, text = pcall(http.to_utf8, bytes, charset)
  if ok then return text end
  error(failure(text, self.request), 0)
end

---The body as JSON.
---@return any
---Raises kind "json" when it is none.
function Response:json()
  local ok, value = pcall(require("arun.json").decode, check_response(self):text())
  if ok then return value end
  error(failure(value, self.request), 0)
end

---An iterator of the body's bytes as they come: whoever takes his time makes the other side wait.
---@param most integer? the longest piece (default: 65536 bytes)
---@return fun(): string?
function Response:chunks(most)
  check_response(self)
  most = most == nil and PIECE or math.tointeger(most) or most
  options.integer(most, 1, "chunks", 1)
  begin_stream(self)
  if self.connection then self.connection.native:set_streamed() end
  local content, at = self.content, 1
  return function()
    if self.closed and not self.content then closed(self) end
    if content then
      if at > #content then return nil end
      at = at + most
      return content:sub(at - most, at - 1)
    end
    if not self.connection then return nil end
    return read(self, most)
  end
end

---An iterator of the body's lines, without their ends ("\n" or "\r\n"); bytes, as they are.
---@return fun(): string?
---Raises kind "http" when a line is longer than 1 MiB.
function Response:lines()
  local next_chunk = check_response(self):chunks()
  local rest, at = "", 1
  return function()
    while true do
      local line_end = rest:find("\n", at, true)
      if line_end then
        local line = rest:sub(at, line_end - 1)
        at = line_end + 1
        return (line:gsub("\r$", ""))
      end
      if #rest - at >= LONGEST_LINE then
        error(failure(core.error {
          kind = "http", code = "TOO_LARGE", message = "a line is longer than 1 MiB",
        }, self.request), 0)
      end
      local piece = next_chunk()
      if not piece then
        local last = rest:sub(at)
        rest, at = "", 1
        return last ~= "" and last or nil
      end
      rest, at = rest:sub(at) .. piece, 1
    end
  end
end

local function save(self, path)
  local fs = require "arun.native.fs"
  -- What cannot be replaced, a device or a FIFO, is written to.
  local replacement = fs.replace(path)
  local file <close> = replacement or fs.open(path, "w")
  local size = 0
  for piece in self:chunks() do
    file:write(piece)
    size = size + #piece
  end
  if replacement then replacement:commit() end
  return size
end

---Writes the body to a file, as a whole: when the transfer fails, or is cancelled, a file that is there stays as it
---was, and nothing is left of the new one. It is made as by fs.write_file: beside the old one, under the name
---`.arun-*.tmp`, and then renamed; permissions are kept and symbolic links followed.
---@param path string
---@return integer bytes
---Raises kind "io" also for what concerns the file; its `path` is given then.
function Response:save(path)
  options.string(path, 1, "save")
  check_response(self)
  local ok, result = pcall(save, self, path)
  if ok then return result end
  error(failure(result, self.request), 0)
end

---Gives itself, unless the status says that the request failed.
---@return arun.Response self
---Raises kind "http" with the status as `code` when it is 400 or more; the response is in `response`, with its headers
---and what was read of its body.
function Response:raise_for_status()
  if check_response(self).ok then return self end
  error(failure(core.error {
    kind = "http", code = self.status, response = self, message = ("%d %s"):format(self.status, self.reason),
  }, self.request), 0)
end

return Response
