-- http_download.lua URL BYTES: a big body in chunks of 64 KiB.
local async = require "arun.async"
local http = require "arun.http"
local stopwatch = require "stopwatch"

local url, bytes = arg[1], tonumber(arg[2])

local report = stopwatch.start(async.time)
local response <close> = http.get(url)
local total = 0
for chunk in response:chunks(65536) do total = total + #chunk end
report(total)
assert(total == bytes)
