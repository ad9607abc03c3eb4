-- stream.lua FILE: read a big file in 64 KiB chunks.
local async = require "arun.async"
local fs = require "arun.fs"
local stopwatch = require "stopwatch"

local path = arg[1]

local report = stopwatch.start(async.time)
local file <close> = fs.open(path)
local total = 0
while true do
  local chunk = file:read(65536)
  if not chunk then break end
  total = total + #chunk
end
report(total)
assert(total == fs.stat(path).size)
