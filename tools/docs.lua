-- Generates docs/reference/<module>.md from the annotations in lua-stdlib: `arun tools/docs.lua`. With --check it
-- writes nothing. Fails when something public is not described and, with --check, when a page differs. What is public
-- is asked of the modules themselves.

local annotations = require "docs.annotations"
local markdown = require "docs.markdown"

local root = (arg[0]:match("^(.*)/[^/]*$") or ".") .. "/.."
local checking = arg[1] == "--check"
local problems = {}

local function problem(...) problems[#problems + 1] = string.format(...) end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local text = file:read("a")
  file:close()
  return text
end

-- The public modules: those that say what they are (---@meta), and are no part of another.
local function public_modules()
  local names = {}
  local list = io.popen(("ls '%s/lua-stdlib/arun'"):format(root))
  for file in list:lines() do
    local name = file:match("^([%w_]+)%.lua$")
    if name and read(root .. "/lua-stdlib/arun/" .. file):find("^%-%-%-@meta") then names[#names + 1] = name end
  end
  list:close()
  return names
end

-- Checks ------------------------------------------------------------------------------------------------------------

local function check_block(name, entry)
  local block = entry.block
  if #block.description == 0 then problem("%s: %s is not described", entry.path, name) end
  for _, usage in ipairs(block.usage) do
    local ok, message = load(usage.text)
    if not ok then problem("%s: %s: @usage: %s", entry.path, name, message) end
  end
  local params = {}
  for _, param in ipairs(block.params) do params[param.name] = true end
  for parameter in (entry.parameters or ""):gmatch("[%w_.]+") do
    if not params[parameter] then problem("%s: %s: parameter '%s' has no @param", entry.path, name, parameter) end
  end
end

local function check_class(class)
  for _, method in ipairs(class.methods) do
    local name = class.name .. ":" .. method.name
    if method.block then check_block(name, method) else problem("%s: %s has no annotation", method.path, name) end
  end
end

-- Every function a module's table holds, those of tables in it included, must be among the names described.
local function check_module(name, module, described)
  local function check(prefix, list)
    for key, value in pairs(list) do
      local full = prefix .. tostring(key)
      if type(value) == "function" and not described[full] then
        problem("arun.%s: %s.%s has no annotation", name, name, full)
      elseif type(value) == "table" and prefix == "" then
        check(full .. ".", value)
      end
    end
  end
  check("", module)
end

-- The methods of objects made in C++ are in a metatable of the registry: "arun.task" is class arun.Task.
local function check_native(classes)
  for key, metatable in pairs(debug.getregistry()) do
    local class = type(key) == "string" and classes[key:lower()]
    local methods = class and type(metatable) == "table" and metatable.__index
    if type(methods) == "table" then
      local described = {}
      for _, field in ipairs(class.block.fields) do described[field.name] = true end
      for _, method in ipairs(class.methods) do described[method.name] = true end
      for name in pairs(methods) do
        if not described[name] then problem("%s: method '%s' has no annotation", class.name, name) end
      end
    end
  end
end

-- Classes that types speak of must be described.
local function check_mentions(text, path, classes)
  for line in text:gmatch("%-%-%-@[^\n]*") do
    for class in line:gmatch("arun%.%u%w*") do
      if not classes[class:lower()] then problem("%s: %s is described nowhere", path, class) end
    end
  end
end

-- Pages -------------------------------------------------------------------------------------------------------------

local function files_of(name)
  local base, files = root .. "/lua-stdlib/arun/" .. name, {}
  local list = io.popen(("find '%s.lua' '%s' -name '*.lua' 2>/dev/null | sort"):format(base, base))
  for path in list:lines() do
    local file = annotations.parse(read(path), path)
    file.path, file.part = path, path:match("([%w_]+)%.lua$")
    table.insert(files, path == base .. ".lua" and 1 or #files + 1, file)
  end
  list:close()
  return files
end

-- The name by which users reach an entry of a part, and what it is: fs/path.lua holds what is in fs.path.
local function public(module, part, entry)
  local inner = rawget(module, part)
  if type(inner) == "table" and inner[entry.name] ~= nil then return part .. "." .. entry.name, inner[entry.name] end
  return module[entry.name] ~= nil and entry.name or nil, module[entry.name]
end

local function title_of(name, module, part)
  if type(rawget(module, part)) == "table" then return name .. "." .. part end
  return (part:gsub("_", " "):gsub("^%l", string.upper))
end

local function page_of(name, module, files)
  local out = { ("# arun.%s"):format(name) }
  local described = {}
  for index, file in ipairs(files) do
    local section = {}
    for _, entry in ipairs(file.entries) do
      local key, value = public(module, file.part, entry)
      if key and not described[key] then
        described[key] = true
        markdown.entry(section, name .. "." .. key, entry, value)
        check_block(name .. "." .. key, entry)
      end
    end
    for _, class in ipairs(file.classes) do
      markdown.class(section, class)
      check_class(class)
    end
    if index == 1 or #section > 0 then
      if index > 1 then out[#out + 1] = "\n## " .. title_of(name, module, file.part) end
      if file.head ~= "" then markdown.head(out, file.head) end
      table.move(section, 1, #section, #out + 1, out)
    end
  end
  check_module(name, module, described)
  return table.concat(out, "\n") .. "\n"
end

os.execute(("mkdir -p '%s/docs/reference'"):format(root))
local names, files, classes = public_modules(), {}, {}
for _, name in ipairs(names) do
  files[name] = files_of(name)
  for _, file in ipairs(files[name]) do
    for _, class in ipairs(file.classes) do
      classes[class.name:lower()] = class
      markdown.announce(class, name)
    end
  end
end
for _, name in ipairs(names) do
  local ok, module = pcall(require, "arun." .. name)
  if not ok then
    problem("arun.%s does not load: %s", name, tostring(module):match("^[^\n]*"))
  else
    local page = page_of(name, module, files[name])
    local path = ("%s/docs/reference/%s.md"):format(root, name)
    if not checking then
      local file = assert(io.open(path, "wb"))
      file:write(page)
      file:close()
    elseif read(path) ~= page then
      problem("docs/reference/%s.md is not up to date: run ./dev docs", name)
    end
  end
  for _, file in ipairs(files[name]) do check_mentions(read(file.path), file.path, classes) end
end
check_native(classes)

table.sort(problems)
for _, text in ipairs(problems) do io.stderr:write((text:gsub(root .. "/", "", 1)), "\n") end
if #problems > 0 then os.exit(1, true) end
