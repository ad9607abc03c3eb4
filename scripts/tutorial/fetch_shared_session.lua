-- One session for many fetches: they share its connections.
local async = require "arun.async"
local http = require "arun.http"

local base = arg[1] or "https://www.python.org"

local fetch = async(function(session, url)
  local response <close> = session:get(url)
  local content = response:bytes()
  print(("Fetched %s -> %d bytes"):format(url, #content))
  return content
end)

local main = async(function()
  local session <close> = http.session()
  local tasks = {}
  for i, path in ipairs { "/", "/about/", "/downloads/" } do
    tasks[i] = fetch(session, base .. path)
  end
  local results = async.gather(tasks)
  print(("Fetched %d pages."):format(#results))
end)

async.run(main())
