-- stream_luv.lua FILE: read a big file in 64 KiB chunks.
local uv = require "luv"
local stopwatch = require "stopwatch"
local tasks = require "luv_tasks"

local path = arg[1]

local function read_all()
  local task = coroutine.running()
  local function resume(err, data)
    assert(not err, err)
    assert(coroutine.resume(task, data))
  end
  local yield = coroutine.yield
  local report = stopwatch.start(tasks.clock)
  local fd = assert(uv.fs_open(path, "r", 438))
  local total = 0
  while true do
    uv.fs_read(fd, 65536, nil, resume)
    local chunk = yield()
    if #chunk == 0 then break end
    total = total + #chunk
  end
  report(total)
  assert(total == uv.fs_fstat(fd).size)
  uv.fs_close(fd)
end

coroutine.wrap(read_all)()
tasks.run()
