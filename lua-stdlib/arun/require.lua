-- Lua's `require`, written in Lua so that the main chunk of a module may await. Several tasks that require the same
-- module while it loads wait for the one that came first.

local current_task_id = ...

local package, setmetatable, type, error, pcall = package, setmetatable, type, error, pcall
local loaded = package.loaded

-- The native parts of arun's modules are kept apart: in package.loaded, tracebacks would name their functions by them.
local natives = {}

-- Modules being loaded: name -> {task = the id of the one that loads it, waiters = those who wait, made when needed}.
local loading = {}

---The loader of a module, and where it was found.
local function find_loader(name)
  local searchers = package.searchers
  if type(searchers) ~= "table" then error("'package.searchers' must be a table", 3) end
  local tried = {}
  for i = 1, #searchers do
    -- Called by pcall, a C function, so that it does not put a place in this file before its message.
    local ok, loader, extra = pcall(searchers[i], name)
    if not ok then error(loader, 0) end
    if type(loader) == "function" then return loader, extra end
    if type(loader) == "string" then tried[#tried + 1] = "\n\t" .. loader end
  end
  error(("module '%s' not found:%s"):format(name, table.concat(tried)), 3)
end

-- The module that a task waits for: the task's id -> an entry of `loading`.
local awaited = {}

---Waits for the other task that loads the module.
local function wait_for_other(entry, name)
  local task, other = current_task_id(), entry
  while other do
    if other.task == task then
      error(("module '%s' requires itself, directly or through others"):format(name), 3)
    end
    other = awaited[other.task]
  end
  entry.waiters = entry.waiters or require("arun.native.async").waitlist()
  local _ <close> = setmetatable({}, { __close = function() awaited[task] = nil end })
  awaited[task] = entry
  entry.waiters:wait("module '" .. name .. "' to load")
end

local require

---Loads a module once and returns its value.
---@param name string the module's name
---@return any value what its main chunk returned, or true
---@return any extra where it was found
function require(name)
  if type(name) ~= "string" then
    error(("bad argument #1 to 'require' (string expected, got %s)"):format(type(name)), 2)
  end
  local store = name:find("^arun%.native%.") and natives or loaded
  while true do
    local value = store[name]
    if value then return value end
    local entry = loading[name]
    if not entry then break end
    wait_for_other(entry, name)
  end
  local entry = { task = current_task_id() }
  local _ <close> = setmetatable({}, { __close = function()
    loading[name] = nil
    if entry.waiters then entry.waiters:wake_all() end
  end })
  loading[name] = entry
  local loader, extra = find_loader(name)
  local value = loader(name, extra)
  if value ~= nil then
    store[name] = value
  elseif store[name] == nil then
    store[name] = true
  end
  return store[name], extra
end

return require
