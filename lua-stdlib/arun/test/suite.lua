-- What a test file declares while it loads: a tree of groups with their tests, hooks and fixtures.

local native = require "arun.native.async"
local options = require "arun.options"
local show = require "arun.test.show"

local suite = {}

-- The group whose declarations are being made; nil while no file loads.
local current

local inherited = { "timeout", "tags", "skip", "only", "fails", "real_time" }

local function declaring(name)
  if current then return current end
  options.usage(("'%s' is for test files while they load, which 'arun test' does"):format(name))
end

local function reason(given, name)
  local value = given[name]
  if value ~= nil and type(value) ~= "boolean" and type(value) ~= "string" then
    options.wrong(name, "a boolean or a reason", value)
  end
  return value or nil
end

local function tags_of(given)
  local value = given.tags
  if value == nil then return {} end
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" then options.wrong("tags", "a string or a list of them", value) end
  for _, tag in ipairs(value) do
    if type(tag) ~= "string" then options.wrong("tags", "a string or a list of them", tag) end
  end
  return value
end

local function check_options(given)
  given = options.check(given, inherited)
  return {
    timeout = options.number(given, "timeout", false, { above = 0 }),
    tags = tags_of(given),
    skip = reason(given, "skip"),
    only = options.boolean(given, "only") or nil,
    fails = reason(given, "fails"),
    real_time = options.boolean(given, "real_time") or nil,
  }
end

-- An item's options within those of its group.
local function within(group, given)
  local tags = table.move(group.tags, 1, #group.tags, 1, {})
  table.move(given.tags, 1, #given.tags, #tags + 1, tags)
  return {
    timeout = given.timeout or group.timeout,
    tags = tags,
    skip = given.skip or group.skip,
    only = given.only or group.only,
    fails = given.fails or group.fails,
    real_time = given.real_time or group.real_time,
  }
end

local function new_group(parent, name, given)
  local group = within(parent or { tags = {} }, given)
  group.parent, group.name, group.items, group.fixtures = parent, name, {}, {}
  group.before_each, group.after_each, group.before_all, group.after_all = {}, {}, {}, {}
  return group
end

local function full_name(group, name)
  while group and group.name do
    name = group.name .. " > " .. name
    group = group.parent
  end
  return name
end

local function add(name, given, fn, arguments)
  local group = current
  local test = within(group, given)
  local info = debug.getinfo(fn, "S")
  test.group, test.name, test.fn, test.arguments = group, full_name(group, name), fn, arguments
  test.line = info.linedefined
  group.items[#group.items + 1] = test
end

-- (name, [options,] fn): the name, the options as checked, the plain function.
local function arguments_of(what, name, given, fn, first)
  declaring(what)
  options.argument(type(name) == "string" and name ~= "", first, what, "name", name)
  if fn == nil then given, fn = nil, given end
  options.callable(fn, first + 1, what)
  fn = native.plain(fn)
  if type(fn) ~= "function" then
    local object = fn
    fn = function(...) return object(...) end
  end
  return check_options(given), fn
end

---Declares a test.
---@param name string
---@param given arun.TestOptions?
---@param fn function
function suite.test(name, given, fn)
  local checked, plain = arguments_of("test", name, given, fn, 1)
  add(name, checked, plain)
end

---Declares a test that is not run.
---@param name string
---@param given arun.TestOptions|function|nil or fn
---@param fn function?
---@usage test.skip("needs a printer", function(t) t.fail("no printer") end)
function suite.skip(name, given, fn)
  local checked, plain = arguments_of("skip", name, given, fn or (given == nil and function() end or nil), 1)
  checked.skip = checked.skip or true
  add(name, checked, plain)
end

---Declares a test that is run alone: of a file that has some of these, no others are run.
---@param name string
---@param given arun.TestOptions|function or fn
---@param fn function?
function suite.only(name, given, fn)
  local checked, plain = arguments_of("only", name, given, fn, 1)
  checked.only = true
  add(name, checked, plain)
end

---Declares a test that is expected to fail. It is a failure when it passes.
---@param name string
---@param given arun.TestOptions|function or fn
---@param fn function?
function suite.fails(name, given, fn)
  local checked, plain = arguments_of("fails", name, given, fn, 1)
  checked.fails = checked.fails or true
  add(name, checked, plain)
end

-- A case that is a list holds the arguments; anything else is the argument.
local function is_list(case) return type(case) == "table" and (#case > 0 or next(case) == nil) end

local function case_name(case)
  if type(case) == "table" and type(case.name) == "string" then return case.name end
  if not is_list(case) then return show.line(case, 60) end
  local parts = {}
  for index = 1, #case do parts[index] = show.line(case[index], 30) end
  return table.concat(parts, ", ")
end

---Declares a test for each case of a list. A case that is a list gives the function its items as arguments, any other
---value is the argument itself. The test's name ends in the case, or in the field `name` of it.
---@param cases any[]
---@param name string
---@param given arun.TestOptions|function or fn
---@param fn function?
---@usage test.each({ { 1, 2, 3 }, { 2, 2, 4 } }, "adds", function(t, a, b, sum) t.eq(a + b, sum) end)
function suite.each(cases, name, given, fn)
  declaring("each")
  options.table(cases, 1, "each")
  local count = 0
  for _ in pairs(cases) do count = count + 1 end
  if count == 0 or count ~= #cases then
    options.usage "bad argument #1 to 'each' (a list of at least one case expected, without holes)"
  end
  local checked, plain = arguments_of("each", name, given, fn, 2)
  for _, case in ipairs(cases) do
    local arguments = is_list(case) and table.pack(table.unpack(case)) or table.pack(case)
    add(("%s [%s]"):format(name, case_name(case)), checked, plain, arguments)
  end
end

---Declares a group: what `fn` declares belongs to it. Groups nest.
---@param name string
---@param given arun.TestOptions|function which hold for all its tests; or fn
---@param fn function?
---@usage test.describe("a queue", function()
---  test("is empty at first", function(t) t.eq(require("arun.async").queue():size(), 0) end)
---end)
function suite.describe(name, given, fn)
  local checked, plain = arguments_of("describe", name, given, fn, 1)
  local outer <const> = current
  local group = new_group(outer, name, checked)
  outer.items[#outer.items + 1] = group
  local _ <close> = setmetatable({}, { __close = function() current = outer end })
  current = group
  plain()
end

for _, hook in ipairs { "before_each", "after_each", "before_all", "after_all" } do
  suite[hook] = function(fn)
    local group = declaring(hook)
    options.callable(fn, 1, hook)
    table.insert(group[hook], native.plain(fn))
  end
end

local scopes = { test = true, group = true }

---Declares a fixture: something that tests ask for by `t.use(name)`. Its function makes the value, gives it to `use`,
---and cleans up after that; both may suspend. A fixture may use others, by its second parameter, which is that of the
---test.
---@param name string
---@param given table|function `scope`: "test" (default), or "group": made for the first test that asks for it and
---kept until the group it was declared in ends; or fn
---@param fn function? function(use, t)
---@usage test.fixture("directory", function(use)
---  local directory <close> = require("arun.fs").temp_dir()
---  use(directory.path)
---end)
function suite.fixture(name, given, fn)
  local group = declaring("fixture")
  options.string(name, 1, "fixture")
  if fn == nil then given, fn = nil, given end
  options.callable(fn, 2, "fixture")
  given = options.check(given, { "scope" })
  local scope = given.scope or "test"
  if not scopes[scope] then options.wrong("scope", "'test' or 'group'", scope) end
  group.fixtures[name] = { name = name, fn = native.plain(fn), scope = scope, group = group }
end

---Gives all tests that are declared after it, in this file or group, these options.
---@param given arun.TestOptions
function suite.defaults(given)
  local group = declaring("defaults")
  local merged = within(group, check_options(given))
  for _, name in ipairs(inherited) do group[name] = merged[name] end
end

---Lets sleeps and time limits of all tests that are declared after it, in this file or group, take their time.
function suite.real_time() declaring("real_time").real_time = true end

---Runs what declares tests, and gives the tree of what it declared.
---@param declare function
---@return table root
function suite.collect(declare)
  local root = new_group(nil, nil, { tags = {} })
  local _ <close> = setmetatable({}, { __close = function() current = nil end })
  current = root
  declare()
  return root
end

return suite
