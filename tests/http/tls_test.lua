-- https: who is trusted, and what the error says.
-- servers: origin nginx node s_server

local t = require "harness"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "http.support"

local url = support.url

local function refused(port, what, code, options)
  local session <close> = support.session(options)
  local address = url("/echo", port)
  local err = t.raises("tls", session.get, session, address)
  t.eq(err.url, address)
  t.ok(err.message:find(what), err.message)
  t.eq(err.code, code)
end

t.test("good certificates of several servers", function()
  local session <close> = support.session()
  for _, name in ipairs { "NGINX_TLS", "NODE_TLS", "S_SERVER" } do
    for _ = 1, 2 do
      local response <close> = session:get(os.getenv(name) .. "/hello.txt")
      t.eq(response:text(), "hello\n", name)
    end
  end
  for _, port in ipairs { "TLS_1_2", "TLS_1_3", "TLS_INTERMEDIATE" } do
    local response <close> = session:get(url("/echo", port))
    t.ok(response:json().tls.version, port)
  end
end)

t.test("each fault of a certificate by name", function()
  refused("TLS_EXPIRED", "expired", "CERT_HAS_EXPIRED")
  refused("TLS_NOT_YET_VALID", "not yet valid", "CERT_NOT_YET_VALID")
  refused("TLS_WRONG_NAME", "mismatch", "ERR_TLS_CERT_ALTNAME_INVALID")
  refused("TLS_NO_NAMES", "mismatch", "ERR_TLS_CERT_ALTNAME_INVALID")
  refused("TLS_SELF_SIGNED", "self%-signed", "DEPTH_ZERO_SELF_SIGNED_CERT")
  refused("TLS_UNKNOWN_AUTHORITY", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
  refused("TLS_NO_INTERMEDIATE", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
  refused("TLS", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", { ca_file = "/etc/ssl/certs/ca-certificates.crt" })
end)

t.test("old versions are refused", function()
  refused("TLS_1_1", "protocol version", "ERR_SSL_ALERT_PROTOCOL_VERSION")
end)

t.test("nothing is checked without verify", function()
  local session <close> = support.session { verify = false }
  for _, port in ipairs { "TLS_EXPIRED", "TLS_SELF_SIGNED", "TLS_WRONG_NAME" } do
    local response <close> = session:get(url("/echo", port))
    t.eq(response.status, 200)
  end
end)

t.test("a connection is kept, and its end without a word is a truncation", function()
  local session <close> = support.session()
  for i = 1, 3 do
    local response <close> = session:get(url("/echo", "TLS"))
    t.eq(response:json().request, i)
  end
  local response <close> = session:get(url("/truncate/no-close-notify", "TLS"))
  t.eq(t.raises("tls", response.bytes, response).code, "ERR_SSL_UNEXPECTED_EOF_WHILE_READING")
end)

t.test("a client's certificate", function()
  local folder = os.getenv "CERTIFICATES"
  local session <close> = support.session { cert = folder .. "/client.pem", key = folder .. "/client.key" }
  local response <close> = session:get(url("/echo", "TLS_CLIENT"))
  t.ok(response:json().tls.client)
  local without <close> = support.session()
  local ok, err = pcall(without.get, without, url("/echo", "TLS_CLIENT"))
  t.eq(ok, false)
  t.ok(err.kind == "tls" or err.kind == "io", err.kind)
end)

t.test("a client's key that is encrypted", function()
  local folder = os.getenv "CERTIFICATES"
  local dir <close> = fs.temp_dir()
  local key = fs.path.join(dir.path, "encrypted.key")
  t.ok(os.execute(("openssl pkey -in %s/client.key -aes128 -passout pass:secret -out %s"):format(folder, key)))
  local function rejected(what, options)
    local session <close> = support.session(options)
    local err = t.raises("tls", session.get, session, url("/echo", "TLS_CLIENT"))
    t.ok(err.message:find(what, 1, true), err.message)
  end
  local cert = folder .. "/client.pem"
  rejected(key .. ": the key is encrypted, and there is no option 'key_password'", { cert = cert, key = key })
  rejected(key .. ": the key is encrypted, and not with this", { cert = cert, key = key, key_password = "other" })
  rejected(cert .. ": there is no key in this file", { cert = cert })
  local session <close> = support.session { cert = cert, key = key, key_password = "secret" }
  local response <close> = session:get(url("/echo", "TLS_CLIENT"))
  t.ok(response:json().tls.client)
end)

t.test("files that are none", function()
  local session <close> = support.session { ca_file = "/nonexistent" }
  local err = t.raises("tls", session.get, session, url("/echo", "TLS"))
  t.ok(err.message:find("/nonexistent", 1, true))
  t.eq(err.code, "ENOENT")
end)

t.test("plain HTTP on a port of TLS, and the other way round", function()
  t.eq(t.raises("tls", http.get, (url("/echo"):gsub("http:", "https:"))).code, "ERR_SSL_WRONG_VERSION_NUMBER")
  local session <close> = support.session()
  local address = url("/echo", "TLS"):gsub("https:", "http:")
  local ok = pcall(session.get, session, address)
  t.eq(ok, false)
end)

t.test("large bodies both ways", function()
  local session <close> = support.session()
  local response <close> = session:get(url("/body/bytes?bytes=5000000", "TLS"))
  t.eq(#response:bytes(), 5000000)
  local upload <close> = session:post(url("/upload", "TLS"), { body = ("x"):rep(5000000) })
  t.eq(upload:json().bytes, 5000000)
end)
