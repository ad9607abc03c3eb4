-- path: text operations, as posixpath and pathlib have them.
local fs = require "arun.fs"
local t = require "harness"
local test, eq = t.test, t.eq
local path = fs.path

local function each(fn, cases)
  for input, expected in pairs(cases) do
    eq({ fn(input) }, type(expected) == "table" and expected or { expected }, input)
  end
end

test("join", function()
  eq(path.join("a"), "a")
  eq(path.join("a", "b", "c.txt"), "a/b/c.txt")
  eq(path.join("a/", "b"), "a/b")
  eq(path.join("a", "/b", "c"), "/b/c")
  eq(path.join("", "b"), "b")
  eq(path.join("a", ""), "a/")
  eq(path.join("/", "b"), "/b")
  t.raises("usage", path.join)
  t.raises("usage", path.join, "a", 1)
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
  eq({ path.is_absolute("/a"), path.is_absolute("a"), path.is_absolute("") }, { true, false, false })
  eq(path.absolute("a/../b"), path.join(fs.current_dir(), "b"))
  eq(path.absolute("/a/./b"), "/a/b")
  eq(path.relative("/a/b/c", "/a/d"), "../b/c")
  eq(path.relative("/a/b", "/a/b"), ".")
  eq(path.relative("/a", "/"), "a")
  eq(path.relative("/", "/a/b"), "../..")
  eq(path.relative("x/y"), "x/y")
  t.raises("usage", path.relative, "")
end)

test("common", function()
  eq(path.common { "/usr/lib", "/usr/local/lib" }, "/usr")
  eq(path.common { "/usr/lib", "/usr/lib/x", "/usr/lib" }, "/usr/lib")
  eq(path.common { "a/b", "c" }, "")
  eq(path.common { "/a", "/b" }, "/")
  t.raises("usage", path.common, {})
  t.raises("usage", path.common, { "/a", "a" })
  t.raises("item 2 is a number", path.common, { "/a", 1 })
end)

test("expand_user", function()
  local home = os.getenv("HOME")
  if home then eq({ path.expand_user("~"), path.expand_user("~/x") }, { home, home .. "/x" }) end
  eq({ path.expand_user("~other/x"), path.expand_user("a/~") }, { "~other/x", "a/~" })
end)

test("parts, parent, name", function()
  eq(path.parts("/usr/./lib//"), { "/", "usr", "lib" })
  eq(path.parts("a/../b"), { "a", "..", "b" })
  eq(path.parts("."), {})
  eq({ path.parts("//"), path.parts("//a"), path.parts("///a") }, { { "//" }, { "//", "a" }, { "/", "a" } })
  each(path.parent, {
    ["/a/b"] = "/a", ["/a"] = "/", ["/"] = "/", ["//"] = "//", ["a"] = ".", ["a/b/"] = "a", ["."] = ".", [".."] = ".",
  })
  each(path.name, { ["/a/b/"] = "b", ["a"] = "a", ["/"] = "", ["."] = "", ["a/.."] = ".." })
end)

test("stem, suffix, suffixes", function()
  each(path.stem, { ["d/a.tar.gz"] = "a.tar", ["a"] = "a", [".profile"] = ".profile", ["a."] = "a." })
  each(path.suffix, { ["d/a.tar.gz"] = ".gz", ["a"] = "", [".profile"] = "", ["a."] = "", ["d.d/"] = ".d" })
  eq(path.suffixes("a.tar.gz"), { ".tar", ".gz" })
  eq(path.suffixes(".profile"), {})
  eq(path.suffixes("a."), {})
end)

test("with_name, with_stem, with_suffix", function()
  eq(path.with_name("d/a.txt", "b"), "d/b")
  eq(path.with_name("/a", "b"), "/b")
  eq(path.with_stem("d/a.txt", "b"), "d/b.txt")
  eq(path.with_suffix("d/a.txt", ".md"), "d/a.md")
  eq(path.with_suffix("a.txt", ""), "a")
  eq(path.with_suffix("a", ".x"), "a.x")
  for _, bad in ipairs { "md", ".", "./x" } do t.raises("usage", path.with_suffix, "a", bad) end
  t.raises("usage", path.with_name, "/", "b")
  t.raises("'with_stem' %(invalid name 'b/c.txt'%)", path.with_stem, "a.txt", "b/c")
  t.raises("usage", path.with_name, "a", "b/c")
end)
