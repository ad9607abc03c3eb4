-- The report for people: a line for each file, and what failed in full.

local native = require "arun.native.test"

local Readable = {}
Readable.__index = Readable

local colours = { green = "32", red = "31;1", yellow = "33", dim = "2" }
-- The progress line is written anew so many seconds after the last time.
local progress_interval = 0.1

function Readable:paint(colour, text)
  if not self.coloured then return text end
  return ("\27[%sm%s\27[0m"):format(colours[colour], text)
end

local function duration(seconds)
  if seconds < 0.01 then return ("%.1f ms"):format(seconds * 1000) end
  if seconds < 1 then return ("%.0f ms"):format(seconds * 1000) end
  return ("%.2f s"):format(seconds)
end

local function indent(text, by) return by .. text:gsub("\n", "\n" .. by) end

function Readable:write(...)
  if self.progress_shown then
    self.out:write("\r\27[K")
    self.progress_shown = false
  end
  self.out:write(...)
end

-- A line that is written over: what runs at the moment.
function Readable:progress(file, name)
  local now = native.clock()
  if not self.terminal or now - self.progress_at < progress_interval then return end
  self.progress_at = now
  self.progress_shown = true
  local text = ("%d done, %s: %s"):format(self.done, file, name)
  self.out:write("\r\27[K", self:paint("dim", text:gsub("%c", " "):sub(1, self.columns - 1)))
  self.out:flush()
end

local words = {
  passed = { "ok", "green" }, failed = { "FAIL", "red" }, skipped = { "skip", "yellow" },
  expected = { "xfail", "yellow" },
}

function Readable:test_line(event)
  local word, colour = table.unpack(words[event.status])
  local why = event.text and event.status ~= "failed" and ": " .. event.text or ""
  local lines = { ("  %s %s%s"):format(self:paint(colour, ("%-5s"):format(word)), (event.name:gsub("%c", " ")), why) }
  if event.status ~= "skipped" then
    lines[1] = lines[1] .. self:paint("dim", (" (%s)"):format(duration(event.seconds)))
  end
  if event.status == "failed" then lines[2] = indent(event.text, "        ") end
  if event.log and (event.status == "failed" or self.verbose) then
    lines[#lines + 1] = indent(event.log, "        | ")
  end
  return table.concat(lines, "\n") .. "\n"
end

function Readable:file(event)
  self.current = { counts = { passed = 0, failed = 0, skipped = 0, expected = 0 } }
  if self.verbose then self:write(event.file, "\n") end
end

function Readable:test(event)
  self.done = self.done + 1
  local counts = self.current.counts
  counts[event.status] = counts[event.status] + 1
  local shown = self.verbose or event.status == "failed"
  if not shown then return end
  if not self.verbose and counts.failed == 1 then self:write(event.file, "\n") end
  self:write(self:test_line(event))
  self.out:flush()
end

local order = { { "passed", "passed" }, { "failed", "failed" }, { "skipped", "skipped" },
  { "expected", "failed as expected" } }

local function counted(counts)
  local parts = {}
  for _, entry in ipairs(order) do
    local count = counts[entry[1]]
    if count > 0 then parts[#parts + 1] = ("%d %s"):format(count, entry[2]) end
  end
  return #parts > 0 and table.concat(parts, ", ") or "no tests"
end

-- What the file's process wrote, when it ran in one of its own.
function Readable:output(event)
  self:write(event.text)
  if event.text:sub(-1) ~= "\n" then self:write("\n") end
end

function Readable:file_end(event)
  local counts = self.current.counts
  local word, colour = "ok", "green"
  if counts.failed > 0 then
    word, colour = "FAIL", "red"
  elseif counts.passed + counts.expected == 0 then
    word, colour = "skip", "yellow"
  end
  local only = event.hidden > 0 and (", %d not run because of test.only"):format(event.hidden) or ""
  self:write(("%s %s: %s%s%s\n"):format(self:paint(colour, ("%-5s"):format(word)), event.file, counted(counts), only,
    self:paint("dim", (" (%s)"):format(duration(event.seconds)))))
  self.out:flush()
end

function Readable:finish(totals)
  if totals.interrupted then self:write("interrupted\n") end
  if totals.message then self:write(totals.message, "\n") end
  local counts = totals.counts
  local text = ("%d passed, %d failed"):format(counts.passed, counts.failed)
  if counts.skipped > 0 then text = text .. (", %d skipped"):format(counts.skipped) end
  if counts.expected > 0 then text = text .. (", %d failed as expected"):format(counts.expected) end
  local good = counts.failed == 0 and totals.ran > 0
  self:write(self:paint(good and "green" or "red", text), (" in %s\n"):format(duration(totals.seconds)))
  self.out:flush()
end

---@param out file*
---@param settings table
return function(out, settings)
  local terminal = settings.terminal
  local plain = (os.getenv("NO_COLOR") or "") ~= "" or os.getenv("TERM") == "dumb"
  return setmetatable({
    out = out, verbose = settings.verbose, terminal = terminal and os.getenv("TERM") ~= "dumb",
    coloured = terminal and not plain, columns = tonumber(os.getenv("COLUMNS")) or 80, progress_at = 0, done = 0,
  }, Readable)
end
