-- path: text operations, as posixpath and pathlib have them.
local fs = require "arun.fs"
local test = require "arun.test"
local same = test.same
local path = fs.path

local function each(fn, cases)
  for input, expected in pairs(cases) do
    same({ fn(input) }, type(expected) == "table" and expected or { expected }, input)
  end
end

test("join", function()
  same(path.join("a"), "a")
  same(path.join("a", "b", "c.txt"), "a/b/c.txt")
  same(path.join("a/", "b"), "a/b")
  same(path.join("a", "/b", "c"), "/b/c")
  same(path.join("", "b"), "b")
  same(path.join("a", ""), "a/")
  same(path.join("/", "b"), "/b")
  test.raises("usage", path.join)
  test.raises("usage", path.join, "a", 1)
end)

test("split, dirname, basename cut at the last slash", function()
  each(path.split, {
    ["a/b"] = { "a", "b" }, ["/a"] = { "/", "a" }, ["a"] = { "", "a" }, ["a/"] = { "a", "" }, ["/"] = { "/", "" },
    ["//a"] = { "//", "a" }, ["a//b"] = { "a", "b" }, [""] = { "", "" },
  })
  each(path.dirname, { ["/usr/lib/x"] = "/usr/lib", ["x"] = "", ["a/b/"] = "a/b" })
  each(path.basename, { ["/usr/lib/x"] = "x", ["x"] = "x", ["a/b/"] = "" })
end)

test("extensions", function()
  each(path.split_extension, {
    ["a.txt"] = { "a", ".txt" }, ["a.tar.gz"] = { "a.tar", ".gz" }, ["a"] = { "a", "" },
    [".profile"] = { ".profile", "" }, ["d.d/a"] = { "d.d/a", "" }, ["a."] = { "a", "." },
    ["..a.b"] = { "..a", ".b" }, [".a.b"] = { ".a", ".b" },
  })
  each(path.extname, { ["x/a.lua"] = ".lua", ["x/a"] = "" })
end)

test("normalize", function()
  each(path.normalize, {
    [""] = ".", ["."] = ".", ["a//b/./c"] = "a/b/c", ["a/../b"] = "b", ["../a/.."] = "..", ["/.."] = "/",
    ["/../a"] = "/a", ["//a"] = "//a", ["///a"] = "/a", ["a/"] = "a", ["a/.."] = ".",
    ["../../a"] = "../../a", ["/"] = "/", ["//"] = "//",
  })
end)

test("absolute and relative", function()
  same({ path.is_absolute("/a"), path.is_absolute("a"), path.is_absolute("") }, { true, false, false })
  same(path.absolute("a/../b"), path.join(fs.current_dir(), "b"))
  same(path.absolute("/a/./b"), "/a/b")
  same(path.relative("/a/b/c", "/a/d"), "../b/c")
  same(path.relative("/a/b", "/a/b"), ".")
  same(path.relative("/a", "/"), "a")
  same(path.relative("/", "/a/b"), "../..")
  same(path.relative("x/y"), "x/y")
  test.raises("usage", path.relative, "")
end)

test("common", function()
  same(path.common { "/usr/lib", "/usr/local/lib" }, "/usr")
  same(path.common { "/usr/lib", "/usr/lib/x", "/usr/lib" }, "/usr/lib")
  same(path.common { "a/b", "c" }, "")
  same(path.common { "/a", "/b" }, "/")
  test.raises("usage", path.common, {})
  test.raises("usage", path.common, { "/a", "a" })
  test.raises("item 2 is a number", path.common, { "/a", 1 })
end)

test("expand_user", function()
  local home = os.getenv("HOME")
  if home then same({ path.expand_user("~"), path.expand_user("~/x") }, { home, home .. "/x" }) end
  same({ path.expand_user("~other/x"), path.expand_user("a/~") }, { "~other/x", "a/~" })
end)

test("parts, parent, name", function()
  same(path.parts("/usr/./lib//"), { "/", "usr", "lib" })
  same(path.parts("a/../b"), { "a", "..", "b" })
  same(path.parts("."), {})
  same({ path.parts("//"), path.parts("//a"), path.parts("///a") }, { { "//" }, { "//", "a" }, { "/", "a" } })
  each(path.parent, {
    ["/a/b"] = "/a", ["/a"] = "/", ["/"] = "/", ["//"] = "//", ["a"] = ".", ["a/b/"] = "a", ["."] = ".", [".."] = ".",
  })
  each(path.name, { ["/a/b/"] = "b", ["a"] = "a", ["/"] = "", ["."] = "", ["a/.."] = ".." })
end)

test("stem, suffix, suffixes", function()
  each(path.stem, { ["d/a.tar.gz"] = "a.tar", ["a"] = "a", [".profile"] = ".profile", ["a."] = "a." })
  each(path.suffix, { ["d/a.tar.gz"] = ".gz", ["a"] = "", [".profile"] = "", ["a."] = "", ["d.d/"] = ".d" })
  same(path.suffixes("a.tar.gz"), { ".tar", ".gz" })
  same(path.suffixes(".profile"), {})
  same(path.suffixes("a."), {})
end)

test("with_name, with_stem, with_suffix", function()
  same(path.with_name("d/a.txt", "b"), "d/b")
  same(path.with_name("/a", "b"), "/b")
  same(path.with_stem("d/a.txt", "b"), "d/b.txt")
  same(path.with_suffix("d/a.txt", ".md"), "d/a.md")
  same(path.with_suffix("a.txt", ""), "a")
  same(path.with_suffix("a", ".x"), "a.x")
  for _, bad in ipairs { "md", ".", "./x" } do test.raises("usage", path.with_suffix, "a", bad) end
  test.raises("usage", path.with_name, "/", "b")
  test.raises("'with_stem' %(invalid name 'b/c.txt'%)", path.with_stem, "a.txt", "b/c")
  test.raises("usage", path.with_name, "a", "b/c")
end)
