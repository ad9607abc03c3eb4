-- What tests claim. Each assertion raises an error of kind "assertion" that says what was expected and what was there.

local async = require "arun.async"
local core = require "arun.native.core"
local native = require "arun.native.test"
local options = require "arun.options"
local invoke = require "arun.async.invoke"
local diff = require "arun.test.diff"
local same = require "arun.test.same"
local show = require "arun.test.show"

local assertions = {}

local one_line = 80 -- bytes; longer values have lines of their own
local most_shown = 300
local most_lines = 60

local function raise(message) error(core.error { kind = "assertion", message = message }, 0) end

-- "what: " when the test says what it claims.
local function about(what) return what ~= nil and tostring(what) .. ": " or "" end

-- Both values: side by side when they are short, else one below the other.
local function both(expected, actual)
  local a, b = show.line(expected, most_shown), show.line(actual, most_shown)
  if #a + #b <= one_line then return ("expected %s, got %s"):format(a, b) end
  return ("not what was expected\n  expected %s\n  got      %s"):format(a, b)
end

local function split(text)
  local lines = {}
  for line in (text .. "\n"):gmatch("(.-)\n") do lines[#lines + 1] = line end
  return lines
end

-- What differs between two tables or two texts of several lines; "" for other values.
local function difference(expected, actual)
  local a, b
  if type(expected) == "table" and type(actual) == "table" then
    a, b = show.lines(expected), show.lines(actual)
  elseif type(expected) == "string" and type(actual) == "string" and (expected .. actual):find("\n") then
    a, b = split(expected), split(actual)
  else
    return ""
  end
  local lines = diff.lines(a, b)
  if #lines == 0 then return "\n  both look the same: they hold different functions, tables with a text, or objects" end
  local left = #lines - most_lines
  if left > 0 then lines = table.move(lines, 1, most_lines, 1, { [most_lines + 1] = ("... %d more"):format(left) }) end
  return "\n  difference (- expected, + got):\n    " .. table.concat(lines, "\n    ")
end

---Fails, with this message.
---@param message any
function assertions.fail(message) raise(tostring(message)) end

---Fails unless `actual == expected`. Tables are equal when they are one table: see `same`.
---@param actual any
---@param expected any
---@param what string? what is claimed, for the message
function assertions.eq(actual, expected, what)
  if actual == expected then return end
  local hint = ""
  if type(actual) == "table" and same(actual, expected) then
    hint = "\n  they are two tables with the same contents: to compare contents, use t.same"
  elseif actual ~= actual and expected ~= expected then
    hint = "\n  NaN equals nothing, not even itself: use t.same"
  end
  raise(about(what) .. both(expected, actual) .. (hint ~= "" and hint or difference(expected, actual)))
end

---Fails when `actual == unexpected`.
---@param actual any
---@param unexpected any
---@param what string? what is claimed, for the message
function assertions.ne(actual, unexpected, what)
  if actual ~= unexpected then return end
  raise(("%sexpected anything but %s"):format(about(what), show.line(unexpected, most_shown)))
end

---Fails unless both have the same contents: tables at any depth. 1 and 1.0 are different, NaN is the same as NaN. The
---message shows what differs.
---@param actual any
---@param expected any
---@param what string? what is claimed, for the message
---@usage test.same({ 1, { name = "Ada" } }, { 1, { name = "Ada" } })
function assertions.same(actual, expected, what)
  if same(actual, expected) then return end
  raise(about(what) .. both(expected, actual) .. difference(expected, actual))
end

---Fails unless the two numbers differ by no more than `tolerance`.
---@param actual number
---@param expected number
---@param tolerance number? (default 1e-9)
---@param what string? what is claimed, for the message
function assertions.near(actual, expected, tolerance, what)
  tolerance = tolerance or 1e-9
  if type(actual) == "number" and math.abs(actual - expected) <= tolerance or actual == expected then return end
  raise(("%sexpected %s within %s, got %s"):format(about(what), show.line(expected), show.line(tolerance),
    show.line(actual, most_shown)))
end

---Fails unless the text matches the Lua pattern. Returns what the pattern captures.
---@param text string
---@param pattern string
---@param what string? what is claimed, for the message
---@return any ...
function assertions.match(text, pattern, what)
  options.string(pattern, 2, "match")
  if type(text) == "string" and text:find(pattern) then return text:match(pattern) end
  raise(("%sexpected a text that matches %s, got %s"):format(about(what), show.line(pattern),
    show.line(text, most_shown)))
end

---Fails unless the text contains the other text, or the list an item with these contents.
---@param container string|table
---@param item any
---@param what string? what is claimed, for the message
function assertions.contains(container, item, what)
  if type(container) == "string" then
    options.string(item, 2, "contains")
    if container:find(item, 1, true) then return end
  else
    options.argument(type(container) == "table", 1, "contains", "string or table", container)
    for _, value in ipairs(container) do
      if same(value, item) then return end
    end
  end
  raise(("%sexpected something that contains %s, got %s"):format(about(what), show.line(item, most_shown),
    show.line(container, most_shown)))
end

---Fails unless the value is true-like. Returns it.
---@param value any
---@param what string? what is claimed, for the message
---@return any value
function assertions.truthy(value, what)
  if value then return value end
  raise(("%sexpected something true, got %s"):format(about(what), tostring(value)))
end

---Fails unless the value is false or nil.
---@param value any
---@param what string? what is claimed, for the message
function assertions.falsy(value, what)
  if not value then return end
  raise(("%sexpected false or nil, got %s"):format(about(what), show.line(value, most_shown)))
end

-- The names of arun's kinds of errors occur in the texts of others, too: "io" in every "function".
local kinds = {}
for kind in ("assertion cancelled closed dns empty full group http io json open timeout tls usage"):gmatch "%a+" do
  kinds[kind] = true
end

---Fails unless `fn(...)` raises an error of this kind, or one whose text matches this Lua pattern. Returns the error.
---@param expected string a kind ("timeout") or a pattern
---@param fn function may suspend
---@param ... any its arguments
---@return any err
---@usage local err = test.raises("usage", async.sleep, "soon")
function assertions.raises(expected, fn, ...)
  options.string(expected, 1, "raises")
  options.callable(fn, 2, "raises")
  local ok, err = pcall(invoke, fn, ...)
  if ok then raise(("expected an error %s, got none"):format(show.line(expected))) end
  if type(err) == "table" and err.kind == expected then return err end
  local text = tostring(err)
  if not kinds[expected] and text:find(expected) then return err end
  local kind = type(err) == "table" and err.kind and ("of kind %s: "):format(show.line(err.kind)) or ""
  raise(("expected an error %s, got one %s%s"):format(show.line(expected), kind, text))
end

---Calls fn again and again until it gives something true-like, and returns that. Fails when that takes too long; in
---virtual time the waits take no time.
---@param fn function without arguments; may suspend
---@param within number? seconds (default 1)
---@param what string? what is claimed, for the message
---@return any value
function assertions.eventually(fn, within, what)
  options.callable(fn, 1, "eventually")
  within = within or 1
  options.seconds(within, 2, "eventually")
  local deadline = async.time() + within
  local pause = math.min(0.001, within / 10)
  while true do
    local value = invoke(fn)
    if value then return value end
    if async.time() >= deadline then
      raise(("%snot true within %g s; the last value was %s"):format(about(what), within, tostring(value)))
    end
    async.sleep(pause)
    pause = math.min(pause * 2, within / 10)
  end
end

-- What is garbage is collected first; descriptors are closed by threads of the pool, in their own time.
local function settled_descriptors(most)
  collectgarbage()
  local count = native.descriptors()
  for _ = 1, 100 do
    if count <= most then break end
    async.sleep(0)
    count = native.descriptors()
  end
  return count
end

---Fails when fn, called again and again, leaves file descriptors open. It is called once before they are counted.
---@param fn function may suspend
---@param times integer? (default 20)
---@usage test.no_leak(function() local file <close> = require("arun.fs").open("/dev/null") end)
function assertions.no_leak(fn, times)
  options.callable(fn, 1, "no_leak")
  invoke(fn)
  local before = settled_descriptors(0)
  for _ = 1, times or 20 do invoke(fn) end
  local after = settled_descriptors(before)
  if after > before then raise(("file descriptors left open: %d before, %d after"):format(before, after)) end
end

return assertions
