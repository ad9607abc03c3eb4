-- response:save replaces a file as a whole, or not at all.
-- servers: origin

local t = require "harness"
local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "http.support"

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

t.test("a body is saved, whether it comes in pieces or was there with the head", function()
  in_folder(function(join, folder)
    t.eq(save("/body/bytes?bytes=1000000", join "body"), 1000000)
    t.eq(fs.stat(join "body").size, 1000000)
    t.eq(save("/body/until-close", join "body"), 5)
    t.eq(fs.read_file(join "body"), "hello")
    t.eq(save("/body/empty", join "body"), 0)
    t.eq(fs.read_file(join "body"), "")
    t.eq(names(folder), { "body" })
  end)
end)

t.test("a transfer that fails leaves the old file, and nothing else", function()
  in_folder(function(join, folder)
    fs.write_file(join "old", "precious")
    for path, kind in pairs {
      ["/truncate/content-length"] = "http", ["/truncate/chunked"] = "http", ["/reset/body"] = "io",
      ["/compress/bad-checksum"] = "http",
    } do
      t.raises(kind, save, path, join "old")
      t.raises(kind, save, path, join "new")
      t.eq(fs.read_file(join "old"), "precious")
      t.eq(names(folder), { "old" })
    end
  end)
end)

t.test("so does one that is cancelled", function()
  in_folder(function(join, folder)
    fs.write_file(join "old", "precious")
    for _, path in ipairs { "/stall/body", "/body/endless" } do
      local task = async.create_task(save, path, join "old")
      while #names(folder) < 2 do async.sleep(0.001) end
      task:cancel()
      async.wait { task }
      t.eq(fs.read_file(join "old"), "precious")
      t.eq(names(folder), { "old" })
    end
  end)
end)

t.test("the permissions stay, and links are followed", function()
  in_folder(function(join)
    fs.write_file(join "target", "old", { mode = tonumber("640", 8) })
    fs.symlink("target", join "link")
    save("/body/until-close", join "link")
    t.eq(fs.lstat(join "link").type, "link")
    t.eq(fs.read_file(join "target"), "hello")
    t.eq(fs.stat(join "target").mode, tonumber("640", 8))
  end)
end)

t.test("what cannot be written says so, and the body is still to be had", function()
  in_folder(function(join, folder)
    local response <close> = http.get(url "/body/bytes?bytes=1000000")
    local err = t.raises("io", response.save, response, join "none/body")
    t.eq({ err.code, err.path }, { "ENOENT", join "none/body" })
    t.eq(t.raises("io", response.save, response, folder).code, "EISDIR")
    t.eq(response:save(join "body"), 1000000)
    t.raises("read already", response.save, response, join "body")
    t.eq(fs.stat(join "body").size, 1000000)
    t.eq(save("/body/until-close", "/dev/null"), 5)
    t.eq(fs.stat("/dev/null").type, "char")
  end)
end)
