-- What all Lua programs here share: timing and memory.
local stopwatch = {}

-- Started when called; what it returns prints the one line the driver reads. `clock` gives
-- seconds of wall time.
function stopwatch.start(clock)
  local wall, cpu = clock(), os.clock()
  return function(ops, bytes_per_task)
    local seconds, cpu_seconds = clock() - wall, os.clock() - cpu
    local more = bytes_per_task and (', "bytes_per_task": %.1f'):format(bytes_per_task) or ""
    print(('{"seconds": %.9f, "cpu_seconds": %.9f, "ops": %d, "peak_bytes": %d%s}'):format(
      seconds, cpu_seconds, ops, stopwatch.memory("VmHWM"), more))
  end
end

-- Bytes of a field of /proc/self/status. VmHWM, unlike ru_maxrss, does not include what the
-- process was before it called exec.
function stopwatch.memory(field)
  for line in io.lines("/proc/self/status") do
    local kib = line:match("^" .. field .. ":%s+(%d+)")
    if kib then return kib * 1024 end
  end
end

return stopwatch
