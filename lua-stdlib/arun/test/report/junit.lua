-- JUnit's XML, as CI servers read it: a suite for each file.

local Junit = {}
Junit.__index = Junit

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["\n"] = "&#10;" }

-- XML has no control characters, and is UTF-8: other bytes are taken for Latin-1.
local function clean(text)
  text = text:gsub("[%z\1-\8\11\12\14-\31\127]", "?")
  if utf8.len(text) then return text end
  return (text:gsub("[\128-\255]", function(byte) return utf8.char(byte:byte()) end))
end

local function attribute(text) return (clean(text):gsub('[&<>"\n]', entities)) end
local function content(text) return (clean(text):gsub("[&<>]", entities)) end

function Junit:file(event)
  self.suite = { file = event.file, cases = {}, output = {}, tests = 0, failures = 0, skipped = 0 }
end

function Junit:test(event)
  local suite = self.suite
  suite.tests = suite.tests + 1
  local class = event.file:gsub("%.lua$", ""):gsub("/", ".")
  local line = event.line and (' line="%d"'):format(event.line) or ""
  local open = ('    <testcase name="%s" classname="%s" file="%s"%s time="%.6f"'):format(attribute(event.name),
    attribute(class), attribute(event.file), line, event.seconds)
  local inner = ""
  if event.status == "failed" then
    suite.failures = suite.failures + 1
    inner = ('      <failure message="%s">%s</failure>\n'):format(attribute(event.text:match("[^\n]*")),
      content(event.text))
  elseif event.status == "skipped" or event.status == "expected" then
    suite.skipped = suite.skipped + 1
    local why = event.text or (event.status == "expected" and "failed as expected" or "")
    inner = ('      <skipped message="%s"/>\n'):format(attribute(why))
  end
  if event.log then inner = inner .. ("      <system-out>%s</system-out>\n"):format(content(event.log)) end
  suite.cases[#suite.cases + 1] = inner == "" and open .. "/>\n" or open .. ">\n" .. inner .. "    </testcase>\n"
end

function Junit:output(event) table.insert(self.suite.output, event.text) end

function Junit:file_end(event)
  local suite = self.suite
  local output = table.concat(suite.output)
  table.insert(self.suites, table.concat {
    ('  <testsuite name="%s" tests="%d" failures="%d" errors="0" skipped="%d" time="%.6f">\n'):format(
      attribute(suite.file), suite.tests, suite.failures, suite.skipped, event.seconds),
    table.concat(suite.cases),
    output ~= "" and ("    <system-out>%s</system-out>\n"):format(content(output)) or "",
    "  </testsuite>\n",
  })
end

function Junit:finish(totals)
  local counts = totals.counts
  self.out:write('<?xml version="1.0" encoding="UTF-8"?>\n',
    ('<testsuites tests="%d" failures="%d" errors="0" skipped="%d" time="%.6f">\n'):format(
      counts.passed + counts.failed + counts.skipped + counts.expected, counts.failed,
      counts.skipped + counts.expected, totals.seconds), table.concat(self.suites), "</testsuites>\n")
  self.out:flush()
  if totals.message or totals.interrupted then
    io.stderr:write("arun test: ", totals.message or "interrupted", "\n")
  end
end

---@param out file*
return function(out) return setmetatable({ out = out, suites = {} }, Junit) end
