-- A file opened as <close>: read whole, and closed at the end of its scope.
local async = require "arun.async"
local fs = require "arun.fs"
local await = async.await

local read_file = async(function(filename)
  local file <close> = fs.open(filename, "r")
  local contents = file:read("a")
  return contents
end)

local main = async(function(filename)
  local dir <close> = not filename and fs.temp_dir() -- nothing named: make an example
  if dir then
    filename = fs.path.join(dir.path, "greeting.txt")
    fs.write_file(filename, "Hello from a file\n")
  end

  io.write(await(read_file(filename)))
end)

async.run(main(...))
