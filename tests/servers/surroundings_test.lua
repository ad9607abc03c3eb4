-- What the servers that surroundings.py starts leave in the environment.
-- servers: origin nginx http_server aiohttp node s_server

local test = require "arun.test"

local function address(name, scheme, host)
  local value = os.getenv(name)
  test.truthy(value, name .. " is not set")
  test.truthy(value:match("^" .. scheme .. "://" .. host .. ":%d+$"), name .. " is " .. value)
end

test("every server has its address", function()
  for _, name in ipairs { "ORIGIN", "NGINX", "HTTP_SERVER", "AIOHTTP", "NODE", "ORIGIN_OTHER", "ORIGIN_REFUSED" } do
    address(name, "http", "127%.0%.0%.1")
  end
  for _, name in ipairs { "ORIGIN_TLS", "ORIGIN_TLS_EXPIRED", "NGINX_TLS", "NODE_TLS", "S_SERVER" } do
    address(name, "https", "localhost")
  end
end)

test("the authority's certificate can be read", function()
  for line in io.lines(os.getenv("CA_FILE")) do
    test.same(line, "-----BEGIN CERTIFICATE-----")
    break
  end
end)
