-- Where a session's requests for a URL go.

local http = require "arun.native.http"

-- The host of the session's pool.
return function(session, url)
  return session.pool:host(url.origin, function()
    local list = { { "Host", url.authority } }
    for name, value in pairs(session.settings.headers) do
      if name:lower() ~= "host" then list[#list + 1] = { name, value } end
    end
    return {
      session = session, name = url.host, port = url.port, secure = url.scheme == "https", headers = http.headers(list),
    }
  end)
end
