-- Writes what annotations say as Markdown.

local markdown = {}

-- Where the classes are described: page and class by name.
local classes = {}

---Makes a class known, so that its name becomes a link.
function markdown.announce(class, page) classes[class.name] = { page = page, class = class } end

local function sentence(text)
  return text:find("[.!?]$") and text or text .. "."
end

-- Names of classes lead to their descriptions.
local function type_text(kind)
  local known = classes[kind:match("^(arun%.%u%w*)[%[%]?]*$")]
  if not known then return ("`%s`"):format(kind) end
  return ("[`%s`](%s.md#%s)"):format(kind, known.page, known.class.name:gsub("%W", ""):lower())
end

-- name(a, b [, c [, d]])
local function signature(name, params)
  local text, open = "", 0
  for i, param in ipairs(params) do
    local comma = i > 1 and ", " or ""
    if param.optional then
      text = text .. (i > 1 and " " or "") .. "[" .. comma .. param.name
      open = open + 1
    else
      text = text .. ("]"):rep(open) .. comma .. param.name
      open = 0
    end
  end
  return ("%s(%s%s)"):format(name, text, ("]"):rep(open))
end

local function paragraphs(out, list)
  for _, item in ipairs(list) do
    if item.text ~= "" then out[#out + 1] = "\n" .. sentence(item.text) end
  end
end

local function described(title, text) return text ~= "" and ("%s: %s"):format(title, text) or title end

local function typed(value) return type_text(value.type) .. (value.optional and ", optional" or "") end

-- The name of a parameter or field, its type, and what it is; of a table the same of each of its fields.
local function bullet(out, value, indent)
  if value.fields then
    out[#out + 1] = ("%s- `%s` (table%s):"):format(indent, value.name, value.optional and ", optional" or "")
    for _, field in ipairs(value.fields) do bullet(out, field, indent .. "  ") end
  else
    out[#out + 1] = described(("%s- `%s` (%s)"):format(indent, value.name, typed(value)), value.text)
  end
end

-- The first word of what a @return says after its type is a name.
local function result_text(result)
  local name, text = result.text:match("^([%w_.]+)%s*(.*)$")
  if not name then return described(type_text(result.type), result.text) end
  return described(("`%s` (%s)"):format(name, type_text(result.type)), text)
end

local function write_block(out, block)
  paragraphs(out, block.description)
  if #block.params > 0 then out[#out + 1] = "" end
  for _, param in ipairs(block.params) do bullet(out, param, "") end
  if #block.returns == 1 then
    out[#out + 1] = "\nReturns " .. sentence(result_text(block.returns[1]))
  elseif #block.returns > 1 then
    out[#out + 1] = "\nReturns\n"
    for _, result in ipairs(block.returns) do out[#out + 1] = "- " .. result_text(result) end
  end
  paragraphs(out, block.notes)
  for _, usage in ipairs(block.usage) do out[#out + 1] = "\n```lua\n" .. usage.text .. "\n```" end
end

---Writes the comment at the top of a file. Lines that are indented, and no part of a list, stay as they are.
---@param out string[] lines
---@param text string
function markdown.head(out, text)
  local inside, list = false, false
  out[#out + 1] = ""
  for line in (text .. "\n"):gmatch("(.-)\n") do
    list = line:find("^%- ") or (list and line:find("^  "))
    local indented = not list and line:find("^  ") ~= nil
    if indented ~= inside then out[#out + 1] = "```" .. (indented and "text" or "") end
    inside = indented
    out[#out + 1] = indented and line:sub(3) or line
  end
  if inside then out[#out + 1] = "```" end
end

---Writes a function or another value of a module.
---@param out string[] lines
---@param name string
---@param entry table
---@param value any
function markdown.entry(out, name, entry, value)
  local block = entry.block
  if block.type then
    out[#out + 1] = ("\n### `%s` (%s)"):format(name, type_text(block.type))
  elseif type(value) == "function" then
    out[#out + 1] = ("\n### `%s`"):format(signature(name, block.params))
  else
    out[#out + 1] = ("\n### `%s`"):format(name)
  end
  write_block(out, block)
end

-- The name of an object in examples of its methods: arun.TaskGroup is task_group.
local function receiver_of(class)
  return class.name:match("([%w_]+)$"):gsub("(%l)(%u)", "%1_%2"):lower()
end

local function write_field(out, receiver, field)
  if not field.params then return bullet(out, field, "") end
  local title = ("- `%s`"):format(signature(receiver .. ":" .. field.name, field.params))
  if field.result ~= "" then title = title .. " → " .. type_text(field.result) end
  out[#out + 1] = described(title, field.text)
end

-- What a class has from its parent, in a line.
local function inherited(class)
  local parent, names = classes[class.parent].class, {}
  for _, method in ipairs(parent.methods) do
    if method.block then
      names[#names + 1] = ("`%s`"):format(signature(receiver_of(class) .. ":" .. method.name, method.block.params))
    end
  end
  return ("\nAs %s: %s."):format(type_text(class.parent), table.concat(names, ", "))
end

---Writes a class, with the fields and methods that are for users.
---@param out string[] lines
---@param class table
function markdown.class(out, class)
  local receiver = receiver_of(class)
  out[#out + 1] = "\n### " .. class.name
  paragraphs(out, { { text = class.block.description[1].text:gsub("^%l", string.upper) } })
  if class.parent then out[#out + 1] = inherited(class) end
  if #class.block.fields > 0 then out[#out + 1] = "" end
  for _, field in ipairs(class.block.fields) do write_field(out, receiver, field) end
  for _, method in ipairs(class.methods) do
    if method.block then
      out[#out + 1] = ("\n#### `%s`"):format(signature(receiver .. ":" .. method.name, method.block.params))
      write_block(out, method.block)
    end
  end
end

return markdown
