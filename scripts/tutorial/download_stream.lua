-- A large body goes to a file chunk by chunk: the memory it takes does not depend on its size.
local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"

local url = arg[1] or "https://www.python.org/ftp/python/3.12.0/Python-3.12.0.tgz"

local download = async(function(path)
  local session <close> = http.session { timeout = { connect = 10, read = 30 } } -- and no limit for the whole
  local response <close> = session:get(url)
  response:raise_for_status()

  local file <close> = fs.open(path, "w")
  local received, peak = 0, 0
  for chunk in response:chunks(64 * 1024) do
    file:write(chunk)
    received = received + #chunk
    peak = math.max(peak, collectgarbage("count"))
  end
  return received, peak
end)

local main = async(function()
  local dir <close> = fs.temp_dir()
  local path = fs.path.join(dir.path, "download")
  local received, peak = async.await(download(path))
  print(("Received %d bytes"):format(received))
  print(("The file holds %d bytes"):format(fs.stat(path).size))
  print(("Lua took %.1f MB at most"):format(peak / 1024))
end)

async.run(main())
