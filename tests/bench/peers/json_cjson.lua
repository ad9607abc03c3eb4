-- json_cjson.lua decode|encode FILE: lua-cjson on one document, for about a second.
local cjson = require "cjson"
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local direction, path = arg[1], arg[2]
local file = assert(io.open(path, "rb"))
local text = file:read("a")
file:close()

local value = cjson.decode(text)
local step = direction == "decode" and function() cjson.decode(text) end or function() cjson.encode(value) end

step()
local done = 0
local report = stopwatch.start(tasks.clock)
local finish = os.clock() + 1
while os.clock() < finish do
  step()
  done = done + #text
end
report(done)
