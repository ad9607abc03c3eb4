-- A task is created at a line of the script, also when arun's own Lua parts or a C function create it for the script.
local async = require "arun.async"
local resilience = require "arun.resilience"
local test = require "arun.test"
local same = test.same

local function here()
  local info = debug.getinfo(2, "Sl")
  return info.short_src .. ":" .. info.currentline
end

-- The places where the tasks were created that run while a function runs.
local function running()
  local places = {}
  for _, task in ipairs(async.all_tasks()) do places[task:created_at()] = true end
  return places
end

local place = {}
local ways = {
  create_task = function(work) place.create_task = here() async.await(async.create_task(work)) end,
  ["pcall of create_task"] = function(work)
    local _, task = pcall(async.create_task, work) place["pcall of create_task"] = here()
    async.await(task)
  end,
  call_soon = function(work) place.call_soon = here() async.await(async.call_soon(work)) end,
  call_later = function(work) place.call_later = here() async.await(async.call_later(0, work)) end,
  gather = function(work) place.gather = here() async.gather { work } end,
  map = function(work) place.map = here() async.map({ 1 }, work) end,
  wait = function(work) place.wait = here() async.wait { work } end,
  as_completed = function(work) place.as_completed = here() for _ in async.as_completed { work } do end end,
  shield = function(work) place.shield = here() async.await(async.shield(work)) end,
  run = function(work) place.run = here() async.run(work) end,
  task_group = function(work)
    local group <close> = async.task_group()
    place.task_group = here() group:create_task(work)
  end,
  add_done_callback = function(work)
    local task = async.create_task(function() end)
    place.add_done_callback = here() task:add_done_callback(work)
    for _ = 1, 3 do async.sleep(0) end
  end,
  ["a cached function"] = function(work)
    local cached = resilience.lru_cache(work)
    place["a cached function"] = here() cached()
  end,
}

for name, create in pairs(ways) do
  test(name, function()
    local seen
    create(function() seen = running() end)
    same(seen[place[name]], true)
  end)
end

test("a coroutine object made by way of pcall, from two lines", function()
  local work = async(function() end)
  local objects = {}
  for i, make in ipairs {
    function() return select(2, pcall(work)), here() end,
    function() return select(2, pcall(work)), here() end,
  } do
    local object, line = make()
    objects[i] = tostring(object):match("at (.*)>$") == line
    async.await(object)
  end
  same(objects, { true, true })
end)

test("a script's own file in a directory named arun", function()
  local create = load("return (...).create_task(function() end)", "@arun/mine.lua")
  local task = create(async)
  same(task:created_at(), "arun/mine.lua:1")
  async.await(task)
end)
