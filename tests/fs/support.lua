-- What the tests of arun.fs share.
local async = require "arun.async"
local fs = require "arun.fs"

local support = {}

---Calls fn(join, dir) with a temporary directory; join puts a name into it.
function support.in_dir(fn)
  local dir <close> = fs.temp_dir()
  fn(function(...) return fs.path.join(dir.path, ...) end, dir.path)
end

---How many file descriptors the process has open.
function support.descriptors() return #fs.list("/proc/self/fd") end

---Asks again until it holds; what the pool has not let go of yet takes its time, but not this long.
function support.eventually(what, holds)
  local deadline = async.time() + 10
  while not holds() do
    if async.time() > deadline then error("never came true: " .. what, 2) end
    async.sleep(0)
  end
end

---Makes a FIFO.
function support.fifo(path)
  assert(os.execute("mkfifo '" .. path .. "'"))
  return path
end

---Runs code in a program of its own, which a shell starts with what stands before it ("ulimit -n 9; exec").
---@return string output both streams
function support.run_by(shell, code)
  local script <close> = fs.temp_file()
  script:write(code)
  local pipe = assert(io.popen(("%s %s - <%s 2>&1"):format(shell, fs.readlink("/proc/self/exe"), script.path)))
  local output = pipe:read("a")
  pipe:close()
  return output
end

---The same with this many descriptors at most; nil where sanitizers need some for themselves.
function support.run_with_descriptors(most, code)
  if fs.read_file("/proc/self/maps"):find("san.so", 1, true) then return nil end
  return support.run_by(("ulimit -n %d; exec"):format(most), code)
end

---As run_by, as a user who owns nothing; nil when this one may not become another.
---@param groups string? of that user: numbers with commas between them
function support.run_as_other(code, groups)
  local shell = "setpriv --reuid=65534 --regid=65534 " .. (groups and "--groups=" .. groups or "--clear-groups")
  local able = os.execute(("%s test -x %s 2>/dev/null"):format(shell, fs.readlink("/proc/self/exe")))
  return able and support.run_by(shell, code) or nil
end

---Calls fn as a task, cancels it after every number of turns up to `most`, and returns how often it came to its end.
function support.cancel_everywhere(most, fn)
  local ended = 0
  for turns = 0, most do
    local task = async.create_task(fn)
    for _ = 1, turns do async.sleep(0) end
    task:cancel()
    if pcall(async.await, task) then ended = ended + 1 end
  end
  return ended
end

return support
