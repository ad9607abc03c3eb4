local async = require "arun.async"
local test = require "arun.test"

test("a task", function() async.create_task(async.sleep, 10):set_name("sleeper") end)
test("an error", function()
  async.create_task(function() error("nobody looks") end)
  async.sleep(1)
end)
test("a coroutine object", function()
  local save = async(function() end)
  save()
end)
test("a global", function() new_global = 1 end) -- luacheck: ignore
test("a changed global", function() print = nil end) -- luacheck: ignore
test("globals that the runner needs", function()
  tostring, setmetatable, rawget, type, ipairs = nil, nil, nil, nil, nil -- luacheck: ignore
end)
test("too slow, where nothing can break it off", { timeout = 0.1 }, function() os.execute("sleep 0.2") end)
test.describe("a group that is skipped", function()
  test.before_all(function(t) t.skip "there is no server" end)
  test("is not run", function() error "it was run" end)
end)
test.before_all(function() require("arun.async").create_task(require("arun.async").sleep, 100) end)
test("the directory", function() require("arun.native.test").change_directory("/") end)
test("a file", function() require("arun.fs").open("/dev/null") end)
test("the last one is clean", function(t)
  t.ne(require("arun.fs").current_dir(), "/")
  t.eq(rawget(_G, "new_global"), nil)
  t.eq(type(print), "function")
end)
