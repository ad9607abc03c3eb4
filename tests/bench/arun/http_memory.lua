-- http_memory.lua ORIGIN BYTES: so much down in chunks of 64 KiB, then so much up in pieces of 64 KiB.
local async = require "arun.async"
local http = require "arun.http"
local stopwatch = require "stopwatch"

local origin, bytes = arg[1], tonumber(arg[2])

local report = stopwatch.start(async.time)

local down = 0
do
  local response <close> = http.get(origin .. "/body/bytes", { query = { bytes = bytes } })
  for chunk in response:chunks(65536) do down = down + #chunk end
end

local piece, up = ("x"):rep(65536), 0
local response <close> = http.post(origin .. "/upload", { body = function()
  if up == bytes then return nil end
  up = up + #piece
  return piece
end })
assert(response:json().bytes == bytes)

report(down + up)
assert(down == bytes and up == bytes)
