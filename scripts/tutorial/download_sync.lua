-- Blocking calls, for comparison: three downloads in turn take six seconds.
local async = require "arun.async"

local function blocking_sleep(seconds)
  os.execute("sleep " .. seconds) -- holds up the whole program, loop and all
end

local function download_file(filename)
  print("Starting download: " .. filename)
  blocking_sleep(2)
  print("Completed download: " .. filename)
  return "Data from " .. filename
end

local start <const> = async.time()
download_file("file1.txt")
download_file("file2.txt")
download_file("file3.txt")
print(("Total time: %.2f seconds"):format(async.time() - start))
