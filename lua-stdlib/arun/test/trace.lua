-- The text of errors as a test report shows it: without the frames that are not the reader's.

local M = {}

-- Frames of the runner and of the functions through which errors pass.
local function is_noise(line)
  return line == "stack traceback:" or line:find("^\t%(%.%.%.tail calls") or line:find("^\tarun/")
    or line:find("^\t%[C%]: in %?") or line:find("^\t%[C%]: in function '[xp]*call'")
    or line:find("^\t%[C%]: in function 'error'") or line:find("^\t%[C%]: in function 'coroutine")
end

---Cleans the text of an error. `own` is the name of the test's task, which goes without saying.
---@param text string
---@param own string
---@return string
function M.clean(text, own)
  local out = {}
  local own_task = ("in task '%s'"):format(own)
  for line in text:gmatch("[^\n]*") do
    local goes_without_saying = line == "" or line:sub(1, #own_task) == own_task
    if not goes_without_saying and not is_noise(line) then out[#out + 1] = line end
  end
  -- "awaited by" with nothing but the runner behind it.
  if out[#out] == "awaited by" then out[#out] = nil end
  return table.concat(out, "\n")
end

-- The first place that a traceback names.
local function first_place(text) return text:match("\n\t([^\n]-:%d+): in ") end

---Puts the place in front of the message of an assertion.
---@param text string
---@return string
function M.with_place(text)
  local place = first_place(text)
  return place and place .. ": " .. text or text
end

return M
