-- Scripts in programs of their own: `require "tests.program"`.

local program = {}

---Runs a script in a program of its own.
---@return string output both streams
---@return integer code its exit code
function program.run(source)
  local path = os.tmpname()
  local file = assert(io.open(path, "w"))
  file:write(source)
  file:close()
  local arun = os.getenv("ARUN") or "build/release/arun"
  local pipe = assert(io.popen(("timeout 60 %s %s 2>&1"):format(arun, path)))
  local output = pipe:read("a")
  local _, how, code = pipe:close()
  os.remove(path)
  if how == "signal" then code = 128 + code end
  return (output:gsub(path:gsub("%p", "%%%0"), "script.lua")), code
end

---Fails unless the text holds all of these, in this order (plain text).
function program.holds(text, ...)
  local from = 1
  for _, part in ipairs { ... } do
    local _, last = text:find(part, from, true)
    if not last then error(("expected %q in:\n%s"):format(part, text), 2) end
    from = last + 1
  end
end

return program
