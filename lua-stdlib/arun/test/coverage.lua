-- Line coverage: which lines of the files under test ran, as a table for people and as an lcov tracefile.

local native = require "arun.native.test"
local fs = require "arun.fs"
local executable_lines = require "arun.test.executable_lines"

local coverage = {}

---Starts to count, for this program.
coverage.start = native.count_lines

-- Adds the counts of lines to others.
local function add(to, lines)
  for line, count in pairs(lines) do to[line] = (to[line] or 0) + count end
end

---How often each line ran, by file: {[path] = {[line] = count}}, only of files below the current directory that are no
---test files.
---@return table<string, table<integer, integer>>
function coverage.counts()
  local here = fs.path.absolute "."
  local counts = {}
  for file, lines in pairs(native.counted_lines()) do
    local path = fs.path.relative(fs.path.absolute(file), here)
    if not path:find("^%.%./") and not path:find("_test%.lua$") then
      counts[path] = counts[path] or {}
      add(counts[path], lines)
    end
  end
  return counts
end

-- "3:1 7:20": lines and how often they ran, for an event.
local function pack(lines)
  local parts = {}
  for line, count in pairs(lines) do parts[#parts + 1] = line .. ":" .. count end
  return table.concat(parts, " ")
end

---Tells what ran in this process, an event a file.
---@param emit fun(event: {kind: "coverage", file: string, lines: string})
function coverage.tell(emit)
  for path, lines in pairs(coverage.counts()) do emit { kind = "coverage", file = path, lines = pack(lines) } end
end

---Adds what such an event tells.
---@param counts table<string, table<integer, integer>>
---@param event {file: string, lines: string}
function coverage.take(counts, event)
  local lines = {}
  for line, count in event.lines:gmatch("(%d+):(%d+)") do lines[math.tointeger(line)] = math.tointeger(count) end
  counts[event.file] = counts[event.file] or {}
  add(counts[event.file], lines)
end

local function sorted_keys(of)
  local keys = {}
  for key in pairs(of) do keys[#keys + 1] = key end
  table.sort(keys)
  return keys
end

-- Of a file: its lines that have code, in order, and how many of them ran. nil when it is there no longer.
local function measure(path, counts)
  local chunk = loadfile(path)
  if not chunk then return nil end
  local lines, ran = sorted_keys(executable_lines(chunk)), 0
  for _, line in ipairs(lines) do
    if counts[line] then ran = ran + 1 end
  end
  return lines, ran
end

-- "3, 7-9": the lines that did not run. Lines without code in between do not end a range.
local function missing(lines, counts)
  local ranges, first, last = {}, nil, nil
  local function finish()
    if first then ranges[#ranges + 1] = first == last and tostring(first) or first .. "-" .. last end
    first = nil
  end
  for _, line in ipairs(lines) do
    if counts[line] then
      finish()
    else
      first, last = first or line, line
    end
  end
  finish()
  return table.concat(ranges, ", ")
end

local function percent(part, whole) return whole == 0 and 100 or 100 * part / whole end

---The table for people.
---@param counts table<string, table<integer, integer>>
---@return string
function coverage.text(counts)
  local width = #"all files"
  for path in pairs(counts) do width = math.max(width, #path) end
  local out, all_lines, all_ran = {}, 0, 0
  local function row(name, ran, lines, rest)
    local text = ("%-" .. width .. "s  %6.1f %%  %5d of %5d lines  %s"):format(name, percent(ran, lines), ran,
      lines, rest)
    out[#out + 1] = text:match "^(.-)%s*$"
  end
  for _, path in ipairs(sorted_keys(counts)) do
    local lines, ran = measure(path, counts[path])
    if lines then
      local left = missing(lines, counts[path])
      row(path, ran, #lines, left ~= "" and "missing: " .. left or "")
      all_lines, all_ran = all_lines + #lines, all_ran + ran
    end
  end
  row("all files", all_ran, all_lines, "")
  return table.concat(out, "\n") .. "\n"
end

---An lcov tracefile (geninfo(1)), which editors and genhtml read.
---@param counts table<string, table<integer, integer>>
---@return string
function coverage.lcov(counts)
  local out = {}
  for _, path in ipairs(sorted_keys(counts)) do
    local lines, ran = measure(path, counts[path])
    if lines then
      out[#out + 1] = "TN:\nSF:" .. fs.path.absolute(path)
      for _, line in ipairs(lines) do out[#out + 1] = ("DA:%d,%d"):format(line, counts[path][line] or 0) end
      out[#out + 1] = ("LF:%d\nLH:%d\nend_of_record"):format(#lines, ran)
    end
  end
  return #out > 0 and table.concat(out, "\n") .. "\n" or ""
end

return coverage
