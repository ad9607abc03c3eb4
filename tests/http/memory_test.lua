-- Memory stays flat, however much passes through.
-- servers: origin

local test = require "arun.test"
local http = require "arun.http"
local support = require "support"

local url = support.url

local SIZE = 256 * 1024 * 1024

-- Bytes of the process, by their names in /proc/self/status.
local function memory(name)
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match("^" .. name .. ":%s*(%d+)")
    if kilobytes then return tonumber(kilobytes) * 1024 end
  end
end

-- A sanitizer reserves terabytes of address space, and keeps what is freed.
local sanitized = memory "VmSize" > 1 << 40

local function stays_flat(transfer)
  collectgarbage()
  local before = memory "VmHWM"
  transfer()
  local grown = memory "VmHWM" - before
  test.truthy(sanitized or grown < 16 * 1024 * 1024, ("grew by %d bytes"):format(grown))
end

test("downloads", function()
  stays_flat(function()
    local response <close> = http.get(url("/body/bytes?bytes=" .. SIZE))
    local size = 0
    for chunk in response:chunks() do size = size + #chunk end
    test.same(size, SIZE)
  end)
end)

test("uploads", function()
  local piece = ("x"):rep(65536)
  stays_flat(function()
    local sent = 0
    local response <close> = http.post(url "/upload", { body = function()
      if sent == SIZE then return nil end
      sent = sent + #piece
      return piece
    end })
    test.same(response:json().bytes, SIZE)
  end)
end)

test("decoded bodies", function()
  stays_flat(function()
    local response <close> = http.get(url "/compress/bomb/gzip?megabytes=16")
    local size = 0
    for chunk in response:chunks() do size = size + #chunk end
    test.same(size, 16 * 1024 * 1024)
  end)
end)
