-- https: who is trusted, and what the error says.
-- servers: origin nginx node s_server

local test = require "arun.test"
local fs = require "arun.fs"
local http = require "arun.http"
local support = require "support"

local url = support.url

local function refused(port, what, code, options)
  local session <close> = support.session(options)
  local address = url("/echo", port)
  local err = test.raises("tls", session.get, session, address)
  test.same(err.url, address)
  test.truthy(err.message:find(what), err.message)
  test.same(err.code, code)
end

test("good certificates of several servers", function()
  local session <close> = support.session()
  for _, name in ipairs { "NGINX_TLS", "NODE_TLS", "S_SERVER" } do
    for _ = 1, 2 do
      local response <close> = session:get(os.getenv(name) .. "/hello.txt")
      test.same(response:text(), "hello\n", name)
    end
  end
  for _, port in ipairs { "TLS_1_2", "TLS_1_3", "TLS_INTERMEDIATE" } do
    local response <close> = session:get(url("/echo", port))
    test.truthy(response:json().tls.version, port)
  end
end)

test("each fault of a certificate by name", function()
  refused("TLS_EXPIRED", "expired", "CERT_HAS_EXPIRED")
  refused("TLS_NOT_YET_VALID", "not yet valid", "CERT_NOT_YET_VALID")
  refused("TLS_WRONG_NAME", "mismatch", "ERR_TLS_CERT_ALTNAME_INVALID")
  refused("TLS_NO_NAMES", "mismatch", "ERR_TLS_CERT_ALTNAME_INVALID")
  refused("TLS_SELF_SIGNED", "self%-signed", "DEPTH_ZERO_SELF_SIGNED_CERT")
  refused("TLS_UNKNOWN_AUTHORITY", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
  refused("TLS_NO_INTERMEDIATE", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
  refused("TLS", "issuer", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", { ca_file = "/etc/ssl/certs/ca-certificates.crt" })
end)

test("old versions are refused", function()
  refused("TLS_1_1", "protocol version", "ERR_SSL_ALERT_PROTOCOL_VERSION")
end)

test("nothing is checked without verify", function()
  local session <close> = support.session { verify = false }
  for _, port in ipairs { "TLS_EXPIRED", "TLS_SELF_SIGNED", "TLS_WRONG_NAME" } do
    local response <close> = session:get(url("/echo", port))
    test.same(response.status, 200)
  end
end)

test("a connection is kept, and its end without a word is a truncation", function()
  local session <close> = support.session()
  for i = 1, 3 do
    local response <close> = session:get(url("/echo", "TLS"))
    test.same(response:json().request, i)
  end
  local response <close> = session:get(url("/truncate/no-close-notify", "TLS"))
  test.same(test.raises("tls", response.bytes, response).code, "ERR_SSL_UNEXPECTED_EOF_WHILE_READING")
end)

test("a client's certificate", function()
  local folder = os.getenv "CERTIFICATES"
  local session <close> = support.session { cert = folder .. "/client.pem", key = folder .. "/client.key" }
  local response <close> = session:get(url("/echo", "TLS_CLIENT"))
  test.truthy(response:json().tls.client)
  local without <close> = support.session()
  local ok, err = pcall(without.get, without, url("/echo", "TLS_CLIENT"))
  test.same(ok, false)
  test.truthy(err.kind == "tls" or err.kind == "io", err.kind)
end)

test("a client's key that is encrypted", function()
  local folder = os.getenv "CERTIFICATES"
  local dir <close> = fs.temp_dir()
  local key = fs.path.join(dir.path, "encrypted.key")
  test.truthy(os.execute(("openssl pkey -in %s/client.key -aes128 -passout pass:secret -out %s"):format(folder, key)))
  local function rejected(what, options)
    local session <close> = support.session(options)
    local err = test.raises("tls", session.get, session, url("/echo", "TLS_CLIENT"))
    test.truthy(err.message:find(what, 1, true), err.message)
  end
  local cert = folder .. "/client.pem"
  rejected(key .. ": the key is encrypted, and there is no option 'key_password'", { cert = cert, key = key })
  rejected(key .. ": the key is encrypted, and not with this", { cert = cert, key = key, key_password = "other" })
  rejected(cert .. ": there is no key in this file", { cert = cert })
  local session <close> = support.session { cert = cert, key = key, key_password = "secret" }
  local response <close> = session:get(url("/echo", "TLS_CLIENT"))
  test.truthy(response:json().tls.client)
end)

test("files that are none", function()
  local session <close> = support.session { ca_file = "/nonexistent" }
  local err = test.raises("tls", session.get, session, url("/echo", "TLS"))
  test.truthy(err.message:find("/nonexistent", 1, true))
  test.same(err.code, "ENOENT")
end)

test("plain HTTP on a port of TLS, and the other way round", function()
  test.same(test.raises("tls", http.get, (url("/echo"):gsub("http:", "https:"))).code, "ERR_SSL_WRONG_VERSION_NUMBER")
  local session <close> = support.session()
  local address = url("/echo", "TLS"):gsub("https:", "http:")
  local ok = pcall(session.get, session, address)
  test.same(ok, false)
end)

test("large bodies both ways", function()
  local session <close> = support.session()
  local response <close> = session:get(url("/body/bytes?bytes=5000000", "TLS"))
  test.same(#response:bytes(), 5000000)
  local upload <close> = session:post(url("/upload", "TLS"), { body = ("x"):rep(5000000) })
  test.same(upload:json().bytes, 5000000)
end)
