-- temp_file, temp_dir: gone when closed.
local async = require "arun.async"
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same, truthy = test.same, test.truthy

test("a temporary file is there until it is closed", function()
  local path
  do
    local file <close> = fs.temp_file { prefix = "test-", suffix = ".txt" }
    path = file.path
    truthy(path:find("/test%-%w+%.txt$"))
    same(fs.stat(path).mode, tonumber("600", 8))
    file:write("content")
    same(fs.read_file(path), "content")
  end
  same(fs.exists(path), false)
end)

test("a temporary directory goes with all that is in it", function()
  local path
  do
    local dir <close> = fs.temp_dir()
    path = dir.path
    same(tostring(dir), path)
    same(fs.stat(path).mode, tonumber("700", 8))
    fs.mkdir(fs.path.join(path, "a/b"), { parents = true })
    fs.write_file(fs.path.join(path, "a/b/c"), "")
  end
  same(fs.exists(path), false)
end)

test("closed twice, or removed by hand before: harmless", function()
  local dir = fs.temp_dir()
  dir:close()
  dir:close()
  local other <close> = fs.temp_dir()
  fs.remove(other.path)
  local file <close> = fs.temp_file()
  fs.remove(file.path)
end)

test("collected: gone", function()
  support.in_dir(function(_, dir)
    fs.temp_dir { dir = dir }
    fs.temp_file { dir = dir }
    support.eventually("both removed", function()
      collectgarbage()
      return #fs.list(dir) == 0
    end)
  end)
end)

test("a cancelled task removes its directory", function()
  local path
  local task = async.create_task(function()
    local dir <close> = fs.temp_dir()
    path = dir.path
    async.sleep(100)
  end)
  support.eventually("made", function() return path end)
  async.sleep(0)
  task:cancel()
  pcall(async.await, task)
  same(fs.exists(path), false)
end)

test("$TMPDIR says where, unless it is empty", function()
  support.in_dir(function(_, dir)
    local code = "local file <close> = require('arun.fs').temp_file() print(file.path)"
    same(support.run_by(("TMPDIR=%s/"):format(dir), code):match("^(.*)/[^/]*\n$"), dir)
    same(support.run_by("TMPDIR=", code):match("^(.*)/[^/]*\n$"), "/tmp")
  end)
end)

test("what cannot be removed is named; the handle keeps its path", function()
  support.in_dir(function(_, dir)
    fs.chmod(dir, tonumber("777", 8))
    local said = support.run_as_other(([[
      local fs = require "arun.fs"
      local dir = fs.temp_dir { dir = %q }
      local path = dir.path
      fs.mkdir(fs.path.join(path, "kept"))
      fs.write_file(fs.path.join(path, "kept/f"), "")
      fs.chmod(fs.path.join(path, "kept"), 0)
      table.sort({ 1, 2 }, function() print(select(2, pcall(dir.close, dir)).path == path .. "/kept") end)
      print(dir.path == path)
    ]]):format(dir))
    same(said or "true\ntrue\n", "true\ntrue\n")
  end)
end)

test("closed where nothing can suspend", function()
  local dir = fs.temp_dir()
  fs.write_file(fs.path.join(dir.path, "f"), "")
  table.sort({ 1, 2 }, function(a, b)
    dir:close()
    return a < b
  end)
  same(fs.exists(dir.path), false)
end)

test("names are different, options are checked", function()
  local a <close> = fs.temp_dir()
  local b <close> = fs.temp_dir()
  truthy(a.path ~= b.path)
  same(test.raises("io", fs.temp_file, { dir = "/none" }).code, "ENOENT")
  same(test.raises("io", fs.temp_file, { dir = "" }).code, "ENOENT")
  test.raises("usage", fs.temp_dir, { prefix = "a/b" })
  test.raises("usage", fs.temp_dir, { prefix = "a\0b" })
  truthy(tostring(test.raises("usage", fs.temp_dir, { sufix = "" })):find("did you mean 'suffix'", 1, true))
end)
