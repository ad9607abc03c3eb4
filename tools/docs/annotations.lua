-- Reads the annotations (LuaLS) of a Lua file.
--
-- Read are: the comment at the top of the file; blocks of `---` lines above `function M.name`, `M.name = ...`,
-- `local function name`, `name = ...` in a returned table; `---@class arun.X: arun.Parent description`, whose methods
-- are `function X:name` when `local X = ...` follows, and its `---@field name type description`. In a block:
-- description, @param, @return, @usage, and after these what it raises. Lines without a tag continue the one before.

local annotations = {}

-- A type ends at a space outside brackets; but that of a function goes on: `fun(...): T, T ...`.
local function split_type(text)
  local depth, results = 0, false
  for at = 1, #text do
    local c = text:sub(at, at)
    if c:find("[%(%[{<]") then
      depth = depth + 1
    elseif c:find("[%)%]}>]") then
      depth = depth - 1
    elseif c == " " and depth == 0 then
      local before, after = text:sub(1, at - 1), text:sub(at + 1)
      results = results or before:find("%):$")
      if not (results and (before:find("[:,]$") or after:find("^%.%.%."))) then
        return before, (after:gsub("^[#%s]+", ""))
      end
    end
  end
  return text, ""
end

-- The parts of a list, at its commas outside brackets.
local function split_list(text)
  local parts, depth, from = {}, 0, 1
  for at = 1, #text + 1 do
    local c = text:sub(at, at)
    if (c == "," and depth == 0) or at > #text then
      local part = text:sub(from, at - 1):match("^%s*(.-)%s*$")
      if part ~= "" then parts[#parts + 1] = part end
      from = at + 1
    elseif c:find("[%(%[{<]") then
      depth = depth + 1
    elseif c:find("[%)%]}>]") then
      depth = depth - 1
    end
  end
  return parts
end

local item

-- The fields of a table's type, `{name: T, name: T}`, described in the text as "name: what it is; name: ...". Nil for
-- other types, and for other texts.
local function fields_of(kind, text)
  local fields, by_name, last = {}, {}, nil
  for _, field in ipairs(split_list((kind:match("^{(.*:.*)}$")) or "")) do
    local name, typed = field:match("^([%w_]+%??)%s*:%s*(.*)$")
    if not name then return nil end
    local described = item(name, typed, "")
    fields[#fields + 1], by_name[described.name] = described, described
  end
  for part in (text .. "; "):gmatch("(.-); ") do
    local name, about = part:match("^`?([%w_]+)`?: (.*)$")
    if by_name[name] then
      last = by_name[name]
      last.text = about
    elseif last then
      last.text = last.text .. "; " .. part
    else
      return nil
    end
  end
  return #fields > 0 and fields or nil
end

-- A name with its type; a mark or `nil` says that it may be left out. At the end of a function's type they are its
-- result's.
function item(name, kind, text)
  local bare = kind:find("^fun%b():") and kind or kind:gsub("|nil$", ""):gsub("%?$", "")
  return { name = name:gsub("%?$", ""), type = bare, optional = name:find("%?$") or bare ~= kind, text = text }
end

-- The parameters and the result of a method's type, `fun(self: arun.X, name: T): T`; nil for another type.
local function method_of(kind)
  local parameters, result = kind:match("^fun(%b())%s*:?%s*(.*)$")
  local list = split_list((parameters or ""):sub(2, -2))
  if not (list[1] or ""):find("^self") then return nil end
  local params = {}
  for i = 2, #list do
    local name, typed = list[i]:match("^([%w_.]+%??)%s*:%s*(.*)$")
    params[#params + 1] = item(name or list[i], typed or "any", "")
  end
  return params, result
end

local function join(text, line) return text == "" and line or text .. " " .. line end

-- What each tag adds to the block, from the rest of its line; gives what lines without a tag continue.
local tags = {}

function tags.param(block, rest)
  local name, typed = rest:match("^(%S+)%s+(.*)$")
  local param = item(name or rest, split_type(typed or ""))
  table.insert(block.params, param)
  return param
end

tags["return"] = function(block, rest)
  local kind, text = split_type(rest)
  local result = { type = kind, text = text }
  table.insert(block.returns, result)
  return result
end

function tags.usage(block, rest)
  local usage = { text = rest, code = true }
  table.insert(block.usage, usage)
  return usage
end

function tags.class(block, rest)
  local name, parent, text = rest:match("^([%w_.]+)%s*:%s*([%w_.]+)%s*(.*)$")
  if not name then name, text = rest:match("^([%w_.]+)%s*(.*)$") end
  local about = { text = text }
  block.class, block.parent = name, parent
  table.insert(block.description, about)
  return about
end

function tags.field(block, rest)
  local name, typed = rest:match("^(%S+)%s+(.*)$")
  local field = item(name, split_type(typed))
  field.params, field.result = method_of(field.type)
  table.insert(block.fields, field)
  return field
end

function tags.type(block, rest) block.type = rest end

-- One block of `---` lines.
local function parse_block(lines)
  local block = { description = {}, params = {}, returns = {}, notes = {}, usage = {}, fields = {} }
  local last -- what a line without a tag continues
  for _, line in ipairs(lines) do
    local tag, rest = line:match("^@(%w+)%s*(.*)$")
    local raises = line:find("^Raises")
    if tag then
      last = tags[tag] and tags[tag](block, rest)
    elseif last and last.code then
      last.text = last.text .. "\n" .. line
    elseif last and block.class then
      last.text = join(last.text .. (raises and not last.text:find("%.$") and "." or ""), line)
    elseif raises then
      last = { text = line }
      table.insert(block.notes, last)
    elseif line == "" then
      last = nil
    elseif last then
      last.text = join(last.text, line)
    else
      last = { text = line }
      table.insert(block.description, last)
    end
  end
  for _, list in ipairs { block.params, block.returns } do
    for _, described in ipairs(list) do described.fields = fields_of(described.type, described.text) end
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

---A file: its head comment, its entries and classes in their order. An entry is what a block stands above.
---@param text string
---@param path string
---@return table file `head`, `entries`, `classes`
function annotations.parse(text, path)
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

  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
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
        local class = { name = block.class, parent = block.parent, block = block, methods = {}, path = path }
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

return annotations
