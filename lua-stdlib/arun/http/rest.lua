-- The body of a response that nobody wants, such as a redirect's.

local async = require "arun.async"

-- What is read at most: bytes, and seconds. A new connection costs more than this, as a rule.
local MOST = 64 * 1024
local LIMIT = 0.25

local function read(response)
  local left = MOST
  for piece in response:chunks() do
    left = left - #piece
    if left < 0 then return end
  end
end

-- Whether it can be read at all, and is short, as far as is known.
local function is_short(response)
  local connection = response.connection
  if not connection or connection.upload or connection.unsent then return false end
  local length = tonumber(response.headers["Content-Length"])
  return not length or length <= MOST
end

-- Ends the response. A short rest of its body is read, so that its connection can carry the next request.
return function(response)
  if response.content then return end -- it holds nothing
  if is_short(response) then
    async.move_on_after(LIMIT, pcall, read, response)
    response.streamed = false
  end
  response:close()
end
