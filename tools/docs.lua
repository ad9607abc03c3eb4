-- Generates docs/reference/<module>.md from the annotations in lua-stdlib: `arun tools/docs.lua`. With --check it
-- writes nothing. Fails when something public has no annotation and, with --check, when a page differs.
--
-- What it reads: the comment at the top of each file; blocks of `---` lines above `function M.name`, `M.name = ...`,
-- `local function name`, `name = ...` in a returned table; `---@class arun.X description` above `local X = ...`, which
-- makes `function X:name` its methods, and `---@field name fun(...) description`. In a block: description, @param,
-- @return, @usage, and after these what it raises. What a module's table holds is asked of the module itself.

local root = (arg[0]:match("^(.*)/[^/]*$") or ".") .. "/.."
local modules = { "async", "fs", "json", "resilience" }
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

-- Annotations -------------------------------------------------------------------------------------------------------

-- A type ends at a space outside brackets and quotes; `fun(...)` goes on after ": ".
local function split_type(text)
  local depth, at = 0, 1
  while at <= #text do
    local c = text:sub(at, at)
    if c:find("[%(%[{<]") then depth = depth + 1 elseif c:find("[%)%]}>]") then depth = depth - 1 end
    if c == " " and depth == 0 and not text:sub(1, at - 1):find("%):$") then break end
    at = at + 1
  end
  return text:sub(1, at - 1), (text:sub(at + 1):gsub("^[#%s]+", ""))
end

local function join(text, line) return text == "" and line or text .. " " .. line end

-- One block of `---` lines.
local function parse_block(lines)
  local block = { description = {}, params = {}, returns = {}, notes = {}, usage = {}, fields = {} }
  local last -- what a line without a tag continues
  for _, line in ipairs(lines) do
    local tag, rest = line:match("^@(%w+)%s*(.*)$")
    if tag == "param" or tag == "field" then
      local name, typed = rest:match("^(%S+)%s+(.*)$")
      local kind, text = split_type(typed or "")
      local optional = (name or ""):find("%?$") or kind:find("%?$")
      last = { name = (name or rest):gsub("%?$", ""), type = kind:gsub("%?$", ""), optional = optional, text = text }
      last.field = tag == "field"
      table.insert(last.field and block.fields or block.params, last)
    elseif tag == "return" then
      local kind, text = split_type(rest)
      last = { type = kind, text = text }
      table.insert(block.returns, last)
    elseif tag == "class" then
      block.class, rest = rest:match("^([%w_.]+)[%s:]*(.*)$")
      last = { text = rest }
      block.description[1] = last
    elseif tag == "usage" then
      last = { text = rest, code = true }
      table.insert(block.usage, last)
    elseif tag == "type" then
      block.type = rest
    elseif not tag then
      if last == nil then
        last = { text = line }
        table.insert(block.description, last)
      elseif last.code then
        last.text = last.text .. "\n" .. line
      elseif not last.field and (line:find("^Raises") or (last.type and line:find("^%u"))) then
        last = { text = line }
        table.insert(block.notes, last)
      elseif line == "" then
        last = nil
      else
        local stop = last.field and line:find("^%u") and not last.text:find("%.$") and "." or ""
        last.text = join(last.text .. stop, line)
      end
    end
  end
  return block
end

-- What a line of code declares: kind, owner, name, parameters.
local function declaration(line)
  local owner, separator, name, parameters = line:match("^function ([%w_]+)([.:])([%w_]+)%((.-)%)")
  if owner then return separator == ":" and "method" or "function", owner, name, parameters end
  name, parameters = line:match("^%s*local function ([%w_]+)%((.-)%)")
  if name then return "function", nil, name, parameters end
  owner, name = line:match("^([%w_]+)%.([%w_]+)%s*=")
  if owner then return "value", owner, name end
  name = line:match("^local ([%w_]+)%s*[<=]") or line:match("^local ([%w_]+)$")
  if name then return "local", nil, name end
  name = line:match("^%s+([%w_]+)%s*=")
  if name then return "function", nil, name end
end

-- A file: its head comment, its entries and classes in their order. An entry is what a block stands above.
local function parse_file(path)
  local file = { entries = {}, classes = {} }
  local classes, lines, head = {}, {}, {}
  local in_head = true

  local function add(kind, owner, name, parameters, block)
    if name:find("^__") then return end
    local entry = { owner = owner, name = name, parameters = parameters, block = block, path = path }
    if classes[owner] and (kind == "method" or block) then
      table.insert(classes[owner].methods, entry)
    elseif block and kind ~= "local" and kind ~= "method" then
      table.insert(file.entries, entry)
    end
  end

  for line in (read(path) .. "\n"):gmatch("(.-)\r?\n") do
    local comment = line:match("^%s*%-%-%-(.*)$")
    if comment then
      lines[#lines + 1] = comment
    elseif in_head and line:find("^%-%-") then
      head[#head + 1] = line:match("^%-%- ?(.*)$")
      lines = {}
    else
      in_head = in_head and line == "" and #head == 0
      local block = #lines > 0 and parse_block(lines) or nil
      local kind, owner, name, parameters = declaration(line)
      if block and block.class then
        local class = { name = block.class, block = block, methods = {} }
        table.insert(file.classes, class)
        if name then classes[name] = class end
      elseif kind then
        add(kind, owner, name, parameters, block)
      end
      lines = {}
    end
  end
  file.head = table.concat(head, "\n")
  return file
end

-- Pages -------------------------------------------------------------------------------------------------------------

local function signature(block, name)
  local text = ""
  for i, param in ipairs(block.params) do
    local comma = i > 1 and ", " or ""
    if param.optional then
      text = text .. (i > 1 and " " or "") .. "[" .. comma .. param.name .. "]"
    else
      text = text .. comma .. param.name
    end
  end
  return name .. "(" .. text .. ")"
end

local function paragraphs(out, list)
  for _, item in ipairs(list) do
    if item.text ~= "" then
      out[#out + 1] = ""
      out[#out + 1] = item.text
    end
  end
end

local function write_block(out, block)
  paragraphs(out, block.description)
  if #block.params > 0 then
    out[#out + 1] = ""
    for _, param in ipairs(block.params) do
      local text = param.text ~= "" and ": " .. param.text or ""
      out[#out + 1] = ("- `%s` (`%s`%s)%s"):format(param.name, param.type, param.optional and ", optional" or "", text)
    end
  end
  if #block.returns > 0 then
    out[#out + 1] = ""
    local texts = {}
    for i, value in ipairs(block.returns) do
      local all, text = value.text:match("^(%.%.%.)%s*(.*)$")
      texts[i] = ("`%s%s` %s"):format(value.type, all or "", text or value.text):gsub(" $", "")
    end
    out[#out + 1] = "Returns " .. table.concat(texts, "; ") .. "."
  end
  paragraphs(out, block.notes)
  for _, usage in ipairs(block.usage) do
    out[#out + 1] = ""
    out[#out + 1] = "```lua\n" .. usage.text .. "\n```"
  end
end

-- A method given as a field: `fun(self: arun.Task, reason?: string): boolean` of task.cancel.
local function field_title(receiver, field)
  local parameters, result = field.type:match("^fun%(self[^,)]*,?%s*(.-)%)(.*)$")
  if not parameters then return ("`%s.%s` (`%s`)"):format(receiver, field.name, field.type) end
  parameters = parameters:gsub("([%w_.]+)(%??):%s*[^,]+", function(name, optional)
    return optional == "?" and "[" .. name .. "]" or name
  end)
  result = result ~= "" and (" → `%s`"):format(result:gsub("^:%s*", "")) or ""
  return ("`%s:%s(%s)`%s"):format(receiver, field.name, parameters, result)
end

local function write_class(out, class)
  out[#out + 1] = "\n### " .. class.name
  local about = class.block.description[1] and class.block.description[1].text or ""
  if about ~= "" then out[#out + 1] = "\n" .. about:gsub("^%l", string.upper) .. "." end
  local receiver = class.name:match("([%w_]+)$"):gsub("(%l)(%u)", "%1_%2"):lower()
  if #class.block.fields > 0 then out[#out + 1] = "" end
  for _, field in ipairs(class.block.fields) do
    out[#out + 1] = ("- %s: %s"):format(field_title(receiver, field), field.text):gsub(": $", "")
  end
  for _, method in ipairs(class.methods) do
    if method.block and not method.name:find("^_") then
      out[#out + 1] = "\n#### `" .. signature(method.block, receiver .. ":" .. method.name) .. "`"
      write_block(out, method.block)
    end
  end
end

-- The name by which users reach an entry of a part: fs/path.lua holds what is in fs.path.
local function public_name(module, part, entry)
  for _, inner in ipairs { part, entry.owner or "" } do
    if type(rawget(module, inner)) == "table" and module[inner][entry.name] ~= nil then
      return inner .. "." .. entry.name
    end
  end
  return module[entry.name] ~= nil and entry.name or nil
end

local function check_parameters(name, entry)
  if not entry.parameters then return end
  local described = {}
  for _, param in ipairs(entry.block.params) do described[param.name] = true end
  for parameter in entry.parameters:gmatch("[%w_.]+") do
    if not described[parameter] then problem("%s: %s: parameter '%s' has no @param", entry.path, name, parameter) end
  end
end

local function check_class(class)
  for _, method in ipairs(class.methods) do
    local name = class.name .. ":" .. method.name
    if method.block then
      check_parameters(name, method)
    elseif not method.name:find("^_") then
      problem("%s: %s has no annotation", method.path, name)
    end
  end
end

-- Every function a module's table holds, those of tables in it included, must be among the names described.
local function check_module(name, module, described)
  local function check(prefix, list)
    for key, value in pairs(list) do
      local full = prefix .. tostring(key)
      if type(value) == "function" and not described[full] then
        problem("arun.%s: %s.%s has no annotation", name, name, full)
      elseif type(value) == "table" and prefix == "" and not described[full] then
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

local classes, mentioned = {}, {}

local function note_types(entry, page)
  for _, list in ipairs { entry.block.params, entry.block.returns, entry.block.fields } do
    for _, item in ipairs(list) do
      for class in item.type:gmatch("arun%.%u%w*") do mentioned[class] = mentioned[class] or page end
    end
  end
end

local function files_of(name)
  local base, files = root .. "/lua-stdlib/arun/" .. name, {}
  if read(base .. ".lua") then files[1] = base .. ".lua" end
  local list = io.popen(("find '%s' -name '*.lua' 2>/dev/null | sort"):format(base))
  for path in list:lines() do files[#files + 1] = path end
  list:close()
  return files
end

local function page_of(name, module)
  local out = { ("# arun.%s"):format(name) }
  local described = {}
  for index, path in ipairs(files_of(name)) do
    local file, part = parse_file(path), path:match("([%w_]+)%.lua$")
    local section = {}
    for _, entry in ipairs(file.entries) do
      local public = public_name(module, part, entry)
      if public and not described[public] then
        described[public] = true
        local full = name .. "." .. public
        if entry.block.type then
          section[#section + 1] = ("\n### `%s` (`%s`)"):format(full, entry.block.type)
        else
          section[#section + 1] = "\n### `" .. signature(entry.block, full) .. "`"
        end
        write_block(section, entry.block)
        check_parameters(full, entry)
        note_types(entry, full)
      end
    end
    for _, class in ipairs(file.classes) do
      classes[class.name:lower()] = class
      write_class(section, class)
      check_class(class)
      note_types(class, class.name)
      for _, method in ipairs(class.methods) do
        if method.block then note_types(method, class.name .. ":" .. method.name) end
      end
    end
    if index > 1 and #section > 0 then out[#out + 1] = "\n## " .. part:gsub("_", " "):gsub("^%l", string.upper) end
    if file.head ~= "" and (index == 1 or #section > 0) then out[#out + 1] = "\n" .. file.head end
    table.move(section, 1, #section, #out + 1, out)
  end
  check_module(name, module, described)
  return table.concat(out, "\n") .. "\n"
end

os.execute(("mkdir -p '%s/docs/reference'"):format(root))
for _, name in ipairs(modules) do
  local ok, module = pcall(require, "arun." .. name)
  if not ok then
    problem("arun.%s does not load: %s", name, tostring(module):match("^[^\n]*"))
  else
    local page = page_of(name, module)
    local path = ("%s/docs/reference/%s.md"):format(root, name)
    if not checking then
      local file = assert(io.open(path, "wb"))
      file:write(page)
      file:close()
    elseif read(path) ~= page then
      problem("docs/reference/%s.md is not up to date: run ./dev docs", name)
    end
  end
end
check_native(classes)
for class, by in pairs(mentioned) do
  if not classes[class:lower()] then problem("%s is mentioned by %s, and described nowhere", class, by) end
end

table.sort(problems)
for _, text in ipairs(problems) do io.stderr:write((text:gsub(root .. "/", "", 1)), "\n") end
if #problems > 0 then os.exit(1, true) end
