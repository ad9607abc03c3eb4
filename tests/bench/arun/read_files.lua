-- read_files.lua FOLDER FILES CONCURRENCY: read whole files, so many at once.
local async = require "arun.async"
local fs = require "arun.fs"
local stopwatch = require "stopwatch"

local folder, files, concurrency = arg[1], tonumber(arg[2]), tonumber(arg[3])

local function read_length(path)
  return #fs.read_file(path)
end

local report = stopwatch.start(async.time)
local paths = {}
for i = 1, files do paths[i] = folder .. "/" .. i end
local lengths = async.map(paths, read_length, {concurrency = concurrency})
report(files)

local total = 0
for _, length in ipairs(lengths) do total = total + length end
assert(total == files * 4096)
