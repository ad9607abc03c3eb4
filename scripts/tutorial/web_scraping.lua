-- Five pages fetched at once, in the time of one.
local async = require "arun.async"

local fetch_page = async(function(url, session_id)
  print(("Session %d: Fetching %s"):format(session_id, url))
  async.sleep(2) -- the network's delay
  print(("Session %d: Completed %s"):format(session_id, url))
  return "Content from " .. url
end)

local main = async(function()
  local urls = {
    "https://example.com/page1",
    "https://example.com/page2",
    "https://example.com/page3",
    "https://example.com/page4",
    "https://example.com/page5",
  }

  local start <const> = async.time()

  local pages = {}
  for i, url in ipairs(urls) do
    pages[i] = fetch_page(url, i)
  end
  local results = async.gather(pages)

  print(("\nFetched %d pages in %.2f seconds"):format(#results, async.time() - start))
end)

async.run(main())
