-- Follows the links of a site, four pages at a time: the titles of its pages, and its dead links.
local async = require "arun.async"
local http = require "arun.http"

local base = arg[1] or "https://docs.python.org"
local most = tonumber(arg[2]) or 100 -- pages

local pages = async.queue() -- paths still to be read
local found_on = {} -- by path: the page that first linked to it
local titles, dead, count = {}, {}, 0

local function follow(path, from)
  if found_on[path] or count == most then return end
  found_on[path] = from
  count = count + 1
  pages:put(path)
end

local function read(session, path)
  local response <close> = session:get(path)
  response:raise_for_status()
  local html = response:text()
  titles[path] = html:match("<title>%s*(.-)%s*</title>") or "(no title)"
  for link in html:gmatch('<a[^>]-href="(/[^"#]*)') do follow(link, path) end
end

local worker = async(function(session)
  for path in pages:items() do
    local ok, err = pcall(read, session, path)
    if not ok then dead[path] = tostring(err.code or err) end
    pages:task_done()
  end
end)

local function report(heading, lines, format)
  local paths = {}
  for path in pairs(lines) do paths[#paths + 1] = path end
  table.sort(paths)
  print(("%s: %d"):format(heading, #paths))
  for _, path in ipairs(paths) do print(format(path, lines[path])) end
end

local main = async(function()
  local session <close> = http.session { base_url = base }
  local group <close> = async.task_group()
  for _ = 1, 4 do group:create_task(worker(session)) end

  follow("/", "the start")
  pages:join()
  pages:close()

  report("Pages", titles, function(path, title) return ("  %s  %s"):format(path, title) end)
  report("Dead links", dead, function(path, why) return ("  %s  %s, on %s"):format(path, why, found_on[path]) end)
end)

async.run(main())
