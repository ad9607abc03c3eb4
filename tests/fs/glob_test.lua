-- glob: which paths match a shell pattern.
local fs = require "arun.fs"
local test = require "arun.test"
local support = require "support"
local same = test.same

local function check(files, cases)
  support.in_dir(function(join, dir)
    for _, name in ipairs(files) do
      fs.mkdir(fs.path.dirname(join(name)), { parents = true })
      if name:sub(-1) ~= "/" then fs.write_file(join(name), "") end
    end
    for pattern, expected in pairs(cases) do
      local found = {}
      for i, path in ipairs(fs.glob(join(pattern))) do found[i] = path:sub(#dir + 2) end
      same(found, expected, pattern)
    end
  end)
end

test("star, question mark and sets match within a name", function()
  check({ "a", "ab", "abc", "b1", "b2", "b-", "b]", ".hidden", "d/a" }, {
    ["*"] = { "a", "ab", "abc", "b-", "b1", "b2", "b]", "d" },
    ["a*"] = { "a", "ab", "abc" },
    ["a?"] = { "ab" },
    ["*b*"] = { "ab", "abc", "b-", "b1", "b2", "b]" },
    ["b[0-9]"] = { "b1", "b2" },
    ["b[!0-9]"] = { "b-", "b]" },
    ["b[]-]"] = { "b-", "b]" },
    ["b[1"] = {},
    ["none*"] = {},
    ["a"] = { "a" },
    ["none"] = {},
  })
end)

test("a name that begins with a dot needs a pattern that does", function()
  check({ ".a", "..b", "c", ".d/e", "f/.g" }, {
    ["*"] = { "c", "f" },
    [".*"] = { "..b", ".a", ".d" },
    ["?a"] = {},
    ["[.]a"] = {},
    ["**"] = { "c", "f" },
    [".d/*"] = { ".d/e" },
    ["**/.g"] = { "f/.g" },
  })
end)

test("two stars are any number of directories", function()
  check({ "x.c", "a/x.c", "a/b/x.c", "a/b/y.c" }, {
    ["**/x.c"] = { "a/b/x.c", "a/x.c", "x.c" },
    ["a/**/*.c"] = { "a/b/x.c", "a/b/y.c", "a/x.c" },
    ["**"] = { "a", "a/b", "a/b/x.c", "a/b/y.c", "a/x.c", "x.c" },
    ["**/b/**"] = { "a/b/x.c", "a/b/y.c" },
    ["**/**/x.c"] = { "a/b/x.c", "a/x.c", "x.c" },
    ["**/"] = { "a/", "a/b/" },
  })
end)

test("braces are alternatives, each path comes once", function()
  check({ "a.c", "a.h", "b.c", "{x}" }, {
    ["*.{c,h}"] = { "a.c", "a.h", "b.c" },
    ["{a,b}.c"] = { "a.c", "b.c" },
    ["{a.{c,h},b.c}"] = { "a.c", "a.h", "b.c" },
    ["{a,*}.c"] = { "a.c", "b.c" },
    ["a.{c,}"] = { "a.c" },
    ["{x}"] = { "{x}" },
    ["\\{x}"] = { "{x}" },
  })
end)

test("a backslash makes what follows literal", function()
  check({ "*", "a", "[b]", "c\\d" }, {
    ["\\*"] = { "*" },
    ["\\a"] = { "a" },
    ["\\[b]"] = { "[b]" },
    ["c\\\\d"] = { "c\\d" },
  })
end)

test("characters are those of UTF-8, other bytes stand for themselves", function()
  check({ "é", "日本", "x\xff" }, {
    ["?"] = { "é" },
    ["??"] = { "x\xff", "日本" },
    ["[à-ü]"] = { "é" },
    ["x\xff"] = { "x\xff" },
    ["x[\xfe-\xff]"] = { "x\xff" },
  })
end)

test("a slash at the end: directories only; links to them count, two stars do not follow them", function()
  support.in_dir(function(join, dir)
    fs.mkdir(join("d"))
    fs.write_file(join("d/f"), "")
    fs.symlink("d", join("l"))
    fs.symlink("none", join("dangling"))
    same(fs.glob(join("*/")), { dir .. "/d/", dir .. "/l/" })
    same(fs.glob(join("*/f")), { dir .. "/d/f", dir .. "/l/f" })
    same(fs.glob(join("**/f")), { dir .. "/d/f" })
    same(fs.glob(join("dang*")), { dir .. "/dangling" })
  end)
end)

test("relative patterns give relative paths", function()
  same(fs.glob("/"), { "/" })
  same(fs.glob("/d[e]v/nul?"), { "/dev/null" })
  same(fs.glob(""), {})
  same(fs.glob("READM?.md"), { "README.md" })
  same(fs.glob("./README.md"), { "./README.md" })
end)

test("two stars again and again are two stars", function()
  local deep = ("d/"):rep(30)
  check({ deep .. "f" }, { [("**/"):rep(30) .. "f"] = { deep .. "f" } })
end)

test("a pattern that explodes is refused", function()
  same(test.raises("io", fs.glob, ("{a,b}"):rep(100000)).code, "ENAMETOOLONG")
  same(test.raises("io", fs.glob, ("{a,b}"):rep(20)).code, "E2BIG")
end)
