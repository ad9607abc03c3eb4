-- http_get_luahttp.lua URL REQUESTS CONCURRENCY: GET the same small body again and again on kept connections, one for
-- each of so many coroutines: requests of lua-http itself would connect anew each time.
local cqueues = require "cqueues"
local client = require "http.client"
local request = require "http.request"
local stopwatch = require "stopwatch"

local url, requests, concurrency = arg[1], tonumber(arg[2]), tonumber(arg[3])
local template = request.new_from_uri(url)
local left, total = requests, 0

local function get_all()
  local connection = assert(client.connect { host = template.host, port = template.port, tls = template.tls })
  while left > 0 do
    left = left - 1
    local stream = assert(connection:new_stream())
    assert(stream:write_headers(template.headers, true))
    assert(assert(stream:get_headers()):get(":status") == "200")
    total = total + #assert(stream:get_body_as_string())
  end
  connection:close()
end

local report = stopwatch.start(cqueues.monotime)
local loop = cqueues.new()
for _ = 1, concurrency do loop:wrap(get_all) end
assert(loop:loop())
report(requests)
assert(total == requests * #"hello, world\n")
