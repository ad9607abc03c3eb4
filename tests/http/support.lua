-- What the tests of the client share: the servers, and what the origin noted of requests.

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

return support
