-- The Test Anything Protocol, version 13.

local Tap = {}
Tap.__index = Tap

local function one_line(text) return (text:gsub("[\r\n]", " "):gsub("#", "\\#")) end

function Tap:line(ok, event, directive)
  self.count = self.count + 1
  self.out:write(("%s %d - %s: %s%s\n"):format(ok and "ok" or "not ok", self.count, one_line(event.file),
    one_line(event.name), directive or ""))
end

-- A block of YAML: the text as a literal, which needs no escapes.
function Tap:details(event, text)
  local lines = text:gsub("\t", "    "):gsub("\n", "\n    ")
  self.out:write(("  ---\n  duration_ms: %.3f\n  message: |\n    %s\n  ...\n"):format(event.seconds * 1000, lines))
end

function Tap:file() end

function Tap:test(event)
  if event.status == "passed" then
    self:line(true, event)
  elseif event.status == "skipped" then
    self:line(true, event, " # SKIP " .. one_line(event.text or ""))
  elseif event.status == "expected" then
    self:line(false, event, " # TODO " .. one_line(event.text or "expected to fail"))
  else
    self:line(false, event)
    self:details(event, event.text .. (event.log and "\n" .. event.log or ""))
  end
  self.out:flush()
end

function Tap:output(event)
  for line in event.text:gmatch("[^\n]+") do self.out:write("# ", line, "\n") end
end

function Tap:file_end() end

function Tap:finish(totals)
  self.out:write(("1..%d\n"):format(self.count))
  if totals.interrupted then self.out:write("Bail out! interrupted\n") end
  if totals.message then self.out:write("# ", totals.message, "\n") end
  self.out:flush()
end

---@param out file*
return function(out)
  out:write("TAP version 13\n")
  return setmetatable({ out = out, count = 0 }, Tap)
end
