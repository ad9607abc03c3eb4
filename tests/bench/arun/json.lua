-- json.lua decode|encode FILE: arun.json on one document, for about a second.
local async = require "arun.async"
local json = require "arun.json"
local stopwatch = require "stopwatch"

local direction, path = arg[1], arg[2]
local file = assert(io.open(path, "rb"))
local text = file:read("a")
file:close()

local value = json.decode(text)
local step = direction == "decode" and function() json.decode(text) end or function() json.encode(value) end

step()
local done = 0
local report = stopwatch.start(async.time)
local finish = os.clock() + 1
while os.clock() < finish do
  step()
  done = done + #text
end
report(done)
