-- Events as lines, from a process that runs a file to the one that started it: "key=value" parted by tabs.

local M = {}

local escapes = { ["\\"] = "\\\\", ["\t"] = "\\t", ["\n"] = "\\n" }
local originals = { ["\\"] = "\\", t = "\t", n = "\n" }

local numbers = { seconds = true, line = true, hidden = true }

---@param event table
---@return string line
function M.encode(event)
  local parts = {}
  for key, value in pairs(event) do
    local text = numbers[key] and ("%.17g"):format(value) or tostring(value):gsub("[\\\t\n]", escapes)
    parts[#parts + 1] = key .. "=" .. text
  end
  return table.concat(parts, "\t") .. "\n"
end

---@param line string without its end
---@return table event
function M.decode(line)
  local event = {}
  for part in line:gmatch("[^\t]+") do
    local key, text = part:match("^(%w+)=(.*)$")
    if key then
      text = text:gsub("\\(.)", originals)
      if numbers[key] then text = tonumber(text) end
      event[key] = text
    end
  end
  if event.line then event.line = math.tointeger(event.line) end
  if event.hidden then event.hidden = math.tointeger(event.hidden) end
  return event
end

return M
