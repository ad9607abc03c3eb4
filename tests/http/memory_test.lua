-- Memory stays flat, however much passes through.
-- servers: origin

local t = require "harness"
local http = require "arun.http"
local support = require "http.support"

local url = support.url

local SIZE = 256 * 1024 * 1024

-- The most memory the process ever had, in bytes.
local function peak()
  for line in io.lines "/proc/self/status" do
    local kilobytes = line:match "^VmHWM:%s*(%d+)"
    if kilobytes then return tonumber(kilobytes) * 1024 end
  end
end

local function stays_flat(transfer)
  collectgarbage()
  local before = peak()
  transfer()
  local grown = peak() - before
  t.ok(grown < 16 * 1024 * 1024, ("grew by %d bytes"):format(grown))
end

t.test("downloads", function()
  stays_flat(function()
    local response <close> = http.get(url("/body/bytes?bytes=" .. SIZE))
    local size = 0
    for chunk in response:chunks() do size = size + #chunk end
    t.eq(size, SIZE)
  end)
end)

t.test("uploads", function()
  local piece = ("x"):rep(65536)
  stays_flat(function()
    local sent = 0
    local response <close> = http.post(url "/upload", { body = function()
      if sent == SIZE then return nil end
      sent = sent + #piece
      return piece
    end })
    t.eq(response:json().bytes, SIZE)
  end)
end)

t.test("decoded bodies", function()
  stays_flat(function()
    local response <close> = http.get(url "/compress/bomb/gzip?megabytes=16")
    local size = 0
    for chunk in response:chunks() do size = size + #chunk end
    t.eq(size, 16 * 1024 * 1024)
  end)
end)
