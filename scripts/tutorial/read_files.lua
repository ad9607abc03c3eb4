-- Reads the files named on the command line side by side.
local async = require "arun.async"
local fs = require "arun.fs"

local read_file = async(function(filename)
  local file <close> = fs.open(filename)
  local content = file:read("a")
  print(("Read %s: %d characters"):format(filename, utf8.len(content) or #content))
  return content
end)

local main = async(function(...)
  local files = { ... }

  local dir <close> = #files == 0 and fs.temp_dir() -- none named: make examples
  if dir then
    for i = 1, 3 do
      files[i] = fs.path.join(dir.path, ("file%d.txt"):format(i))
      fs.write_file(files[i], ("Line of text\n"):rep(100 * i))
    end
  end

  async.map(files, read_file)
end)

async.run(main(...))
