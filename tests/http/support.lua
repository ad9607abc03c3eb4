-- What the tests of the client share: the servers, and what the origin noted of requests.

local async = require "arun.async"
local fs = require "arun.fs"
local http = require "arun.http"

local support = {}

local origin = os.getenv "ORIGIN"

---A URL of the origin, or of one of its other ports ("TLS", "OTHER", ...).
function support.url(path, port) return (port and os.getenv("ORIGIN_" .. port) or origin) .. path end

---A session that trusts the test's authority, with further options.
function support.session(options)
  options = options or {}
  options.ca_file = options.ca_file or os.getenv "CA_FILE"
  return http.session(options)
end

---What the origin counted of the requests of this tag, or path.
function support.stats(of, wait, value)
  local query = { of = of, wait = wait, value = value }
  local response <close> = http.get(support.url "/stats", { query = query })
  return response:json()
end

---The value of a header in what /echo answers.
function support.header(echo, name)
  for _, pair in ipairs(echo.headers) do
    if pair[1]:lower() == name:lower() then return pair[2] end
  end
end

local tags = 0

---A tag that no other request has.
function support.tag()
  tags = tags + 1
  return ("tag-%d-%s"):format(tags, arg and arg[0] or "")
end

-- Asked of this process itself: a child's answer would depend on when its pipe is closed here.
local function open_descriptors() return #fs.list "/proc/self/fd" end

---Fails when fn, called so often, leaves file descriptors open.
function support.no_leak(fn, times)
  fn()
  collectgarbage()
  async.sleep(0)
  local before = open_descriptors()
  for _ = 1, times or 20 do fn() end
  collectgarbage()
  async.sleep(0)
  local after = open_descriptors()
  if after > before then error(("file descriptors left open: %d before, %d after"):format(before, after), 2) end
end

return support
