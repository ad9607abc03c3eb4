-- The text of errors as a test report shows it: without the frames that are not the reader's.

local M = {}

-- Frames of the runner, and of C functions through which errors pass.
local function is_noise(line)
  return line == "stack traceback:" or line:find("^\t%(%.%.%.tail calls") or line:find("^\tarun/")
    or line:find("^\t%[C%]: in ")
end

-- A function that calls itself: its frame was told already.
local function is_repeated(out, line)
  return #out > 1 and line:find("^  ") and (line == out[#out] or line == out[#out - 1])
end

-- The lines that a reader wants, with spaces for tabs. `own` goes without saying: it is the name of the test's task.
local function lines_of(text, own)
  local out = {}
  local own_task = ("in task '%s'"):format(own)
  for line in text:gmatch("[^\n]*") do
    if line ~= "" and line:sub(1, #own_task) ~= own_task and not is_noise(line) then
      line = line:gsub("^\t    ", "      "):gsub("^\t", "  "):gsub(" %(created at %(command line%):1%)", "")
      if not is_repeated(out, line) then out[#out + 1] = line end
    end
  end
  -- "awaited by" with nothing but the runner behind it.
  if out[#out] == "awaited by" then out[#out] = nil end
  return out
end

-- The place that the first frame names, and where that frame is.
local function first_frame(lines)
  for index, line in ipairs(lines) do
    local place = line:match("^  (%S.-:%d+): in ")
    if place then return place, index end
  end
end

---Cleans the text of an error. Its first line begins with the place and is followed by the line of source, if they are
---known.
---@param text string
---@param own string the name of the test's task
---@param placeless boolean? the message does not say where it was raised: that is put in front of it
---@return string
function M.clean(text, own, placeless)
  local lines = lines_of(text, own)
  local place, index = first_frame(lines)
  if not place then return table.concat(lines, "\n") end
  if placeless then lines[1] = place .. ": " .. lines[1] end
  if lines[1]:sub(1, #place + 1) == place .. ":" then
    table.remove(lines, index)
    local source = lines[index]
    if source and source:find("^      ") then table.insert(lines, 2, (table.remove(lines, index):sub(3))) end
  end
  return table.concat(lines, "\n")
end

return M
