-- The difference of two lists of lines, as `diff -u` shows it.

local M = {}

-- Beyond so many comparisons the middle is shown as one change.
local most = 4000000
local context = 3

-- The longest common subsequence of a[first..last_a] and b[first..last_b]: lengths[i][j] is that of what follows.
local function lengths_of(a, b, first, last_a, last_b)
  local lengths = { [last_a + 1] = setmetatable({}, { __index = function() return 0 end }) }
  for i = last_a, first, -1 do
    local row, below = { [last_b + 1] = 0 }, lengths[i + 1]
    for j = last_b, first, -1 do
      row[j] = a[i] == b[j] and below[j + 1] + 1 or math.max(below[j], row[j + 1])
    end
    lengths[i] = row
  end
  return lengths
end

-- All lines with their marks: "-" only in a, "+" only in b, " " in both.
local function edits(a, b)
  local first, last_a, last_b = 1, #a, #b
  while first <= last_a and first <= last_b and a[first] == b[first] do first = first + 1 end
  while last_a >= first and last_b >= first and a[last_a] == b[last_b] do
    last_a, last_b = last_a - 1, last_b - 1
  end
  local out = {}
  local function add(mark, line) out[#out + 1] = { mark = mark, line = line } end
  for i = 1, first - 1 do add(" ", a[i]) end
  local i, j = first, first
  if (last_a - first + 1) * (last_b - first + 1) <= most then
    local lengths = lengths_of(a, b, first, last_a, last_b)
    while i <= last_a and j <= last_b do
      if a[i] == b[j] then
        add(" ", a[i])
        i, j = i + 1, j + 1
      elseif lengths[i + 1][j] >= lengths[i][j + 1] then
        add("-", a[i])
        i = i + 1
      else
        add("+", b[j])
        j = j + 1
      end
    end
  end
  for k = i, last_a do add("-", a[k]) end
  for k = j, last_b do add("+", b[k]) end
  for k = last_a + 1, #a do add(" ", a[k]) end
  return out
end

---The lines that differ with a few around them, each behind its mark; "..." where lines were left out. None when none
---differ.
---@param a string[]
---@param b string[]
---@return string[]
function M.lines(a, b)
  local all, near = edits(a, b), {}
  for index, edit in ipairs(all) do
    if edit.mark ~= " " then
      for i = index - context, index + context do near[i] = true end
    end
  end
  if next(near) == nil then return {} end
  local out, skipped = {}, false
  for index, edit in ipairs(all) do
    if near[index] then
      if skipped then out[#out + 1] = "  ..." end
      skipped = false
      out[#out + 1] = edit.mark .. " " .. edit.line
    else
      skipped = true
    end
  end
  if skipped then out[#out + 1] = "  ..." end
  return out
end

return M
