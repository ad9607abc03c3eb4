-- http_get.lua URL REQUESTS CONCURRENCY: GET the same small body again and again, so many at once.
local async = require "arun.async"
local http = require "arun.http"
local stopwatch = require "stopwatch"

local url, requests, concurrency = arg[1], tonumber(arg[2]), tonumber(arg[3])
local left, total = requests, 0

local session <close> = http.session { max_connections = concurrency, max_per_host = concurrency }

local get_all = async(function()
  while left > 0 do
    left = left - 1
    local response <close> = session:get(url)
    assert(response.status == 200)
    total = total + #response:text()
  end
end)

local report = stopwatch.start(async.time)
local list = {}
for i = 1, concurrency do list[i] = get_all() end
async.gather(list)
report(requests)
assert(total == requests * #"hello, world\n")
