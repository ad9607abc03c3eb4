-- An async function, and an async method of an object.
local async = require "arun.async"
local await = async.await

local fetch_data = async(function()
  return "data"
end)

local DataFetcher = {}
DataFetcher.__index = DataFetcher

function DataFetcher.new(source)
  return setmetatable({ source = source }, DataFetcher)
end

DataFetcher.fetch = async(function(self)
  return self.source
end)

local main = async(function()
  print(await(fetch_data()))

  local fetcher = DataFetcher.new("data")
  print(await(fetcher:fetch()))
end)

async.run(main())
