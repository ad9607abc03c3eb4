-- fs.watch: what the events of inotify(7) mean.

local core = require "arun.native.core"
local native = require "arun.native.fs"
local options = require "arun.options"
local path = require "arun.fs.path"

---@class arun.Change what became of a path
---@field event "create"|"change"|"remove"|"rename" "change": of content or status; "rename": within what is watched
---(from outside it is "create", to the outside "remove")
---@field path string
---@field from string? of "rename": the old path

---@class arun.Watch what fs.watch gives: an iterator for `for`, which calls next. To be closed (`<close>`), and closed
---when collected
local Watch = {}
Watch.__index = Watch
Watch.__name = "watch"
local check_self = core.self_check(Watch)

-- The second half of a renaming follows the first at once; when it has not come after this time (seconds), the other
-- end lies outside of what is watched.
local RENAME_TIME = 0.01

local function tell(self, event)
  local only = self.only
  if only and event.path ~= only and event.from ~= only then return end
  local queue = self.queue
  local last = queue[#queue]
  -- A file written in many small pieces changes once.
  if event.event == "change" and last and last.event == "change" and last.path == event.path then return end
  queue[#queue + 1] = event
end

local function in_tree(p, root)
  return p == root or p:sub(1, #root + 1) == root .. "/"
end

local add_tree

-- One that is not there any more was removed, or renamed before it could be read: see handlers.moved_to.
local function add_below(self, directory, appeared)
  local ok, err = pcall(add_tree, self, directory, appeared)
  if ok then return end
  if err.code ~= "ENOENT" and err.code ~= "ENOTDIR" then error(err, 0) end
  self.unread[directory] = true
end

-- Watches a directory and, if so asked, those below. In one that appeared only now, what it holds already is new.
function add_tree(self, directory, appeared)
  local watch = self.inotify:add(directory, directory ~= self.root)
  self.directories[watch] = directory
  if directory == self.root then self.root_watch = watch end
  if not self.recursive then return end
  for _, entry in ipairs(native.list(directory)) do
    local found = path.join(directory, entry.name)
    if appeared then
      -- Whether it was made before or after the directory was watched: it is told once.
      self.told[found] = true
      tell(self, { event = "create", path = found })
    end
    if entry.type == "directory" then add_below(self, found, appeared) end
  end
end

local function forget_tree(self, root)
  for watch, directory in pairs(self.directories) do
    if in_tree(directory, root) then
      self.inotify:remove(watch)
      self.directories[watch] = nil
    end
  end
end

local function move_tree(self, from, to)
  for watch, directory in pairs(self.directories) do
    if in_tree(directory, from) then self.directories[watch] = to .. directory:sub(#from + 1) end
  end
  local unread = self.unread
  self.unread = {}
  for directory in pairs(unread) do
    if in_tree(directory, from) then add_below(self, to .. directory:sub(#from + 1), true) end
  end
end

-- Moved away to where nobody looks: for those who do, it is gone.
local function end_move(self)
  local moved = self.moved
  self.moved = nil
  if not moved then return end
  if moved.directory then forget_tree(self, moved.path) end
  tell(self, { event = "remove", path = moved.path })
end

-- What became of something in a watched directory.
local handlers = {}

function handlers.create(self, found, event)
  if self.told[found] then
    self.told[found] = nil
    return
  end
  tell(self, { event = "create", path = found })
  if event.directory and self.recursive then add_below(self, found, true) end
end

function handlers.change(self, found)
  tell(self, { event = "change", path = found })
end

function handlers.remove(self, found)
  self.told[found], self.unread[found] = nil, nil
  tell(self, { event = "remove", path = found })
end

function handlers.moved_from(self, found, event)
  self.told[found] = nil
  self.moved = { path = found, cookie = event.cookie, directory = event.directory }
end

function handlers.moved_to(self, found, event)
  local moved = self.moved
  if not moved then return handlers.create(self, found, event) end
  self.moved = nil
  tell(self, { event = "rename", path = found, from = moved.path })
  if event.directory then move_tree(self, moved.path, found) end
end

-- What became of a watched directory itself. All but the root have a parent that tells it, too.
local function root_event(self, what)
  if what == "change" and not self.only then
    tell(self, { event = "change", path = self.root })
  elseif what == "remove_self" or what == "move_self" then
    if not self.only then tell(self, { event = "remove", path = self.root }) end
    self.ended = true
  end
end

local function translate(self, event)
  local what = event.what
  if self.moved and not (what == "moved_to" and event.cookie == self.moved.cookie) then end_move(self) end
  if what == "overflow" then
    error(core.error {
      kind = "io", code = "EOVERFLOW", operation = "watch", path = self.path,
      message = ("watch %s: more changes than the system keeps, some are lost (EOVERFLOW)"):format(self.path),
    }, 0)
  end
  local directory = self.directories[event.watch]
  if not directory then return end
  if what == "ignored" then
    self.directories[event.watch] = nil
    if event.watch == self.root_watch then self.ended = true end
  elseif event.name then
    local handler = handlers[what]
    local found = self.plain and event.name or path.join(directory, event.name)
    if handler then handler(self, found, event) end
  elseif event.watch == self.root_watch then
    root_event(self, what)
  end
end

---Waits for the next change. Changes of one path that follow each other are told once.
---@return arun.Change? change nil when the watched directory is gone, or the watch was closed
---Raises kind "io" with code "EOVERFLOW" when changes were lost because nobody asked for them in time.
function Watch:next()
  check_self(self)
  while true do
    if self.at < #self.queue then
      self.at = self.at + 1
      return self.queue[self.at]
    end
    self.queue, self.at = {}, 0
    if self.ended then return nil end
    local event = self.events[self.event + 1]
    if event then
      self.event = self.event + 1
      translate(self, event)
    else
      local events = self.inotify:read(self.moved and RENAME_TIME)
      self.events, self.event = events or {}, 0
      if not events then end_move(self) end
    end
  end
end

---Ends the watch; a task that waits for a change gets kind "closed".
function Watch:close()
  check_self(self)
  self.ended = true
  self.inotify:close()
end

Watch.__call = Watch.next
Watch.__close = Watch.close

return function(watched, given)
  options.string(watched, 1, "watch")
  given = options.check(given, { "recursive" })
  local recursive = options.boolean(given, "recursive")
  local info = native.stat(watched)
  local self = setmetatable({
    inotify = native.inotify(watched),
    path = watched,
    root = watched,
    recursive = recursive,
    directories = {}, -- path by watch
    unread = {}, -- directories gone before they could be read
    told = {}, -- paths whose creation was told before inotify may tell it
    queue = {}, -- changes to be given out, the last given at `at`
    at = 0,
    events = {}, -- of inotify, the last translated at `event`
    event = 0,
  }, Watch)
  local _ <close> = setmetatable({}, { __close = function(_, err)
    if err ~= nil then self:close() end
  end })
  -- A file is watched from its directory: replaced by another of the same name (write_file does that), it is another
  -- file, of which a watch on the old one would never hear.
  if info.type ~= "directory" then
    local parent = path.dirname(watched)
    self.root, self.plain, self.recursive = parent ~= "" and parent or ".", parent == "", false
    self.only = parent ~= "" and path.join(parent, path.basename(watched)) or watched
  end
  add_tree(self, self.root, false)
  return self, nil, nil, self
end
