-- Pages fetched side by side, each with a session of its own: the first 100 characters of each.
local async = require "arun.async"
local http = require "arun.http"

local base = arg[1] or "https://www.python.org"

local fetch = async(function(url)
  local session <close> = http.session()
  local response <close> = session:get(url)
  return response:text()
end)

local main = async(function()
  local pages = async.gather { fetch(base .. "/"), fetch(base .. "/about/") }
  for _, page in ipairs(pages) do
    print(page:sub(1, 100))
  end
end)

async.run(main())
