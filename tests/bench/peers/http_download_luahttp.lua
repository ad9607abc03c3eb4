-- http_download_luahttp.lua URL BYTES: a big body in the chunks it comes in.
local cqueues = require "cqueues"
local request = require "http.request"
local stopwatch = require "stopwatch"

local url, bytes = arg[1], tonumber(arg[2])
local total = 0

local report = stopwatch.start(cqueues.monotime)
local loop = cqueues.new()
loop:wrap(function()
  local _, stream = assert(request.new_from_uri(url):go())
  for chunk in stream:each_chunk() do total = total + #chunk end
end)
assert(loop:loop())
report(total)
assert(total == bytes)
