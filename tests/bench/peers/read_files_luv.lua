-- read_files_luv.lua FOLDER FILES CONCURRENCY: read whole files, so many coroutines at once.
local uv = require "luv"
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local folder, files, concurrency = arg[1], tonumber(arg[2]), tonumber(arg[3])
local next_file, total = 1, 0

local function read_all()
  local task = coroutine.running()
  -- One callback serves all calls of this coroutine: it makes one at a time.
  local function resume(err, value)
    assert(not err, err)
    assert(coroutine.resume(task, value))
  end
  local yield = coroutine.yield
  while next_file <= files do
    local path = folder .. "/" .. next_file
    next_file = next_file + 1
    uv.fs_open(path, "r", 438, resume)
    local fd = yield()
    uv.fs_fstat(fd, resume)
    local size = yield().size
    uv.fs_read(fd, size, 0, resume)
    local data = yield()
    total = total + #data
    uv.fs_close(fd, resume)
    yield()
  end
end

local report = stopwatch.start(tasks.clock)
for _ = 1, concurrency do coroutine.wrap(read_all)() end
tasks.run()
report(files)
assert(total == files * 4096)
