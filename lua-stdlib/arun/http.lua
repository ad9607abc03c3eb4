---@meta arun.http
-- An HTTP/1.1 client: sessions, requests, responses.
--
-- Times are seconds, sizes bytes. Errors that concern a request carry its URL in `url`, and say it:
--   GET http://127.0.0.1:81/: connect 127.0.0.1:81: connection refused (ECONNREFUSED)
--
-- | kind | when | `code` |
-- |---|---|---|
-- | "io" | no connection, or one that was reset | ECONNREFUSED, ECONNRESET, ... |
-- | "io" | one that ended without any of an answer | ECONNRESET |
-- | "dns" | the host's name | ENOTFOUND, ... |
-- | "tls" | a certificate: OpenSSL's name for what is wrong with it, as Node gives it | CERT_HAS_EXPIRED, ... |
-- | "tls" | a certificate of another host | ERR_TLS_CERT_ALTNAME_INVALID |
-- | "tls" | a handshake: the server's alert (RFC 8446, 6) | ERR_SSL_ALERT_HANDSHAKE_FAILURE, ... |
-- | "tls" | what a server sends that is not TLS as it should be | ERR_SSL_WRONG_VERSION_NUMBER, ... |
-- | "tls" | the files of a session's options | ENOENT, ERR_OSSL_PEM_NO_START_LINE, ... |
-- | "http" | an answer that ends too early | TRUNCATED |
-- | "http" | an answer that is none, or breaks the rules (RFC 9112) | MALFORMED |
-- | "http" | a head beyond 64 KiB or 256 fields, a line of 1 MiB, a body that expands too much | TOO_LARGE |
-- | "http" | a content coding or charset that is not known, or damaged | BAD_ENCODING |
-- | "http" | more redirects than `max_redirects` | TOO_MANY_REDIRECTS |
-- | "http" | a redirect that leads nowhere, or that a body cannot follow | BAD_REDIRECT |
-- | "http" | by raise_for_status: the status; the response is in `response` | 404, ... |
-- | "json" | the body is no JSON | |
-- | "timeout" | a limit of `timeout`; `phase` says which: "total", "connect", "read" | |
-- | "closed" | the session was closed, or the response | |
--
-- The server may have done what it was asked to all the same: also when it never answered.
--
-- Other certificates' names: CERT_NOT_YET_VALID, DEPTH_ZERO_SELF_SIGNED_CERT, SELF_SIGNED_CERT_IN_CHAIN,
-- UNABLE_TO_GET_ISSUER_CERT_LOCALLY (an unknown authority, or a server that does not send all certificates between),
-- CERT_SIGNATURE_FAILURE, CERT_REVOKED, INVALID_CA, ...; UNSPECIFIED for the rest. The end of a connection without
-- TLS's own is ERR_SSL_UNEXPECTED_EOF_WHILE_READING: what came may be only a part.

local native = require "arun.native.http"
local Session = require "arun.http.session"

local http = {}

http.url = require "arun.http.url"

---@class arun.Headers the header fields of a message, in their order and spelling; they never change.
---`headers["name"]` gives the value of the field of this name, in any case; several are joined by ", ". `pairs` gives
---name and value of each, `#` their number, `tostring` a line for each
---@field get_all fun(self: arun.Headers, name: string): string[] the values of all fields of this name
---@field has fun(self: arun.Headers, name: string): boolean
---@field with fun(self: arun.Headers, fields: table): arun.Headers with these fields in place of its own of the same
---names; `false` takes a field away

---Makes header fields of names and values. Whatever takes headers also takes such a table.
---@param fields? table|arun.Headers `{name = value}`, sorted by name, or `{{name, value}, ...}` in this order; a value
---is a string, a number, or in the first form a list of these
---@return arun.Headers headers
---Raises kind "usage" for names that are none, and for values that would end the line.
---@usage http.headers { Accept = "text/html", ["X-Tag"] = { "a", "b" } }
http.headers = native.headers

---Makes a session.
---@param options? arun.SessionOptions
---@return arun.Session
---Raises kind "usage". The files are read when the first https URL is asked for, which raises kind "tls" then.
---@usage local session <close> = http.session { base_url = "https://example.com/api/", timeout = { total = 10 } }
function http.session(options) return Session.new(options) end

---@class arun.SessionOptions
---@field base_url string|arun.Url|nil what the URLs of requests are joined to (RFC 3986, 5.2)
---@field headers table|arun.Headers|nil of all requests; `false` takes a usual one away (User-Agent, Accept,
---Accept-Encoding)
---@field timeout number|arun.Timeouts|nil a number is `total`
---@field max_connections integer? in all (default 100); who needs one more waits for his turn
---@field max_per_host integer? to one origin (default: as `max_connections`)
---@field max_redirects integer? (default 10); 0: a redirect is the response
---@field verify boolean? (default true) whether servers have to prove who they are
---@field ca_file string? certificates of the authorities to trust, in PEM, in place of the system's
---@field cert string? the client's own certificate, in PEM, with those between it and the authority
---@field key string? its key, in PEM, when that is not in the same file
---@field key_password string? what the key is encrypted with; nobody is ever asked for it
---@field max_expansion number? (default 250) how many times its size a coded body may expand to; `math.huge`: as it
---pleases. It counts from 16 MiB on for a body that is read as a whole, from 1 GiB for one that is streamed

---@class arun.Timeouts limits in seconds, above 0; `math.huge` is none
---@field total number? from the start of a request to the end of the response's body (default 300): whatever is read
---after that raises kind "timeout"
---@field connect number? until there is a connection, TLS included (default 30). Where it is given it covers the wait
---for a place among the session's connections as well, which otherwise only `total` ends
---@field read number? for which the server neither sends anything nor takes any of the body (default 60)

---@class arun.RequestOptions
---@field query string|table|nil added to the query of the URL; a table as for http.url.encode_query
---@field headers table|arun.Headers|nil in place of the session's of the same names; `false` takes one away
---@field json any encoded as the body, of type application/json
---@field form table? the same, as a form (application/x-www-form-urlencoded)
---@field body string|fun():string?|nil a string; an awaitable that gives one; or a function, plain or async, or an
---iterator that gives pieces until nil: it is asked for the next when the last has been sent, which is done in chunks
---unless `headers` has a Content-Length
---@field expect100 boolean? (default false) asks the server first whether it wants the body (Expect: 100-continue, RFC
---9110, 10.1.1), and sends it when the server says so or has said nothing for a second. An answer that comes before is
---the response, and the body is not sent; also a redirect, which is then followed whatever the body is. A server that
---does not know this (417) is asked again without. The header `Expect: 100-continue` means the same
---@field timeout number|arun.Timeouts|nil over those of the session
---@field max_expansion number? in place of the session's

local shared

-- The session of those who make none.
local function default()
  shared = shared or Session.new(nil, true)
  return shared
end

---Sends a request in a session that all share who make none of their own. See arun.Session.
---@param method string
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.request(method, url, options) return default():request(method, url, options) end

---Sends a GET request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.get(url, options) return default():request("GET", url, options) end

---Sends a POST request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.post(url, options) return default():request("POST", url, options) end

---Sends a PUT request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.put(url, options) return default():request("PUT", url, options) end

---Sends a PATCH request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.patch(url, options) return default():request("PATCH", url, options) end

---Sends a DELETE request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.delete(url, options) return default():request("DELETE", url, options) end

---Sends a HEAD request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.head(url, options) return default():request("HEAD", url, options) end

---Sends an OPTIONS request, as `request` does.
---@param url string|arun.Url
---@param options? arun.RequestOptions
---@return arun.Response
function http.options(url, options) return default():request("OPTIONS", url, options) end

return http
