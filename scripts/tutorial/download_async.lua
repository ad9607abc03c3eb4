-- The three downloads side by side: together they take as long as one.
local async = require "arun.async"

local download_file = async(function(filename)
  print("Starting download: " .. filename)
  async.sleep(2)
  print("Completed download: " .. filename)
  return "Data from " .. filename
end)

local main = async(function()
  local start <const> = async.time()
  local results = async.gather{
    download_file("file1.txt"),
    download_file("file2.txt"),
    download_file("file3.txt"),
  }
  print(("Total time: %.2f seconds"):format(async.time() - start))
  return results
end)

async.run(main())
