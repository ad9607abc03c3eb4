-- response:save replaces a file as a whole, or not at all.
-- servers: origin

local test = require "arun.test"
local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function in_folder(fn)
  local folder <close> = fs.temp_dir()
  return fn(function(name) return fs.path.join(folder.path, name) end, folder.path)
end

local function names(folder)
  local found = {}
  for i, entry in ipairs(fs.list(folder)) do found[i] = entry.name end
  return found
end

local function save(path, to)
  local response <close> = http.get(url(path))
  return response:save(to)
end

test("a body is saved, whether it comes in pieces or was there with the head", function()
  in_folder(function(join, folder)
    test.same(save("/body/bytes?bytes=1000000", join "body"), 1000000)
    test.same(fs.stat(join "body").size, 1000000)
    test.same(save("/body/until-close", join "body"), 5)
    test.same(fs.read_file(join "body"), "hello")
    test.same(save("/body/empty", join "body"), 0)
    test.same(fs.read_file(join "body"), "")
    test.same(names(folder), { "body" })
  end)
end)

test("a transfer that fails leaves the old file, and nothing else", function()
  in_folder(function(join, folder)
    fs.write_file(join "old", "precious")
    for path, kind in pairs {
      ["/truncate/content-length"] = "http", ["/truncate/chunked"] = "http", ["/reset/body"] = "io",
      ["/compress/bad-checksum"] = "http",
    } do
      test.raises(kind, save, path, join "old")
      test.raises(kind, save, path, join "new")
      test.same(fs.read_file(join "old"), "precious")
      test.same(names(folder), { "old" })
    end
  end)
end)

-- An endless body keeps the virtual clock from going on.
test("so does one that is cancelled", { real_time = true }, function()
  in_folder(function(join, folder)
    fs.write_file(join "old", "precious")
    for _, path in ipairs { "/stall/body", "/body/endless" } do
      local task = async.create_task(save, path, join "old")
      while #names(folder) < 2 do async.sleep(0.001) end
      task:cancel()
      async.wait { task }
      test.same(fs.read_file(join "old"), "precious")
      test.same(names(folder), { "old" })
    end
  end)
end)

test("the permissions stay, and links are followed", function()
  in_folder(function(join)
    fs.write_file(join "target", "old", { mode = tonumber("640", 8) })
    fs.symlink("target", join "link")
    save("/body/until-close", join "link")
    test.same(fs.lstat(join "link").type, "link")
    test.same(fs.read_file(join "target"), "hello")
    test.same(fs.stat(join "target").mode, tonumber("640", 8))
  end)
end)

test("what cannot be written says so, and the body is still to be had", function()
  in_folder(function(join, folder)
    local response <close> = http.get(url "/body/bytes?bytes=1000000")
    local err = test.raises("io", response.save, response, join "none/body")
    test.same({ err.code, err.path }, { "ENOENT", join "none/body" })
    test.same(test.raises("io", response.save, response, folder).code, "EISDIR")
    test.same(response:save(join "body"), 1000000)
    test.raises("read already", response.save, response, join "body")
    test.same(fs.stat(join "body").size, 1000000)
    test.same(save("/body/until-close", "/dev/null"), 5)
    test.same(fs.stat("/dev/null").type, "char")
  end)
end)
