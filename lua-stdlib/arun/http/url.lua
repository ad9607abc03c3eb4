---@meta arun.http.url
-- URLs as RFC 3986 has them, with the habits of browsers where it leaves people alone: spaces and letters of any
-- language may stand in a URL and are encoded, names are looked up by their international form.

local native = require "arun.native.http"

local url = {}

---@class arun.Url a URL in normal form: scheme and host in lower case, without the scheme's own port, without dot
---segments, encoded where it must be. It never changes. `tostring` gives its text, `==` compares the texts
---@field scheme string in lower case
---@field userinfo string? as it stands in the URL
---@field user string? the decoded part of userinfo before the colon
---@field password string? the decoded part after it
---@field host string? a name in ASCII, an IPv4 address, or an IPv6 address without brackets
---@field port integer? the scheme's own (http, ws: 80; https, wss: 443) where the URL gives none
---@field path string encoded; begins with "/" for http, https, ws and wss
---@field query string? encoded, without the question mark
---@field fragment string? encoded, without the hash
---@field origin string? scheme, host and port of a URL of these four schemes: "https://example.com:8443"
---@field authority string? host and port as in a Host header: with brackets, without the scheme's own port
---@field target string path and query, as in a request
---@field join fun(self: arun.Url, reference: string|arun.Url): arun.Url what a reference means in a document of this
---address (RFC 3986, 5.2); raises kind "usage" when it is not valid
---@field with_query fun(self: arun.Url, query: string|table|nil): arun.Url with this query in place of its own: text,
---names and values as for encode_query, or nil for none
---@field extend_query fun(self: arun.Url, query: string|table): arun.Url with more parameters at the end of the query
---@field with fun(self: arun.Url, parts: table): arun.Url with these parts, as for build, in place of its own; `false`
---takes one away
---@field normalize fun(self: arun.Url): arun.Url without needless encoding: URLs that RFC 3986 (6.2.2) calls equal get
---the same text

---Makes a URL of its text. Spaces, letters beyond ASCII and other characters that cannot stand in a URL are encoded;
---what is encoded stays. The same text gives the same object while it is remembered.
---@param text string|arun.Url
---@return arun.Url url
---Raises kind "usage": `invalid URL 'http://': no host`. Refused are also spaces around it, control characters, ports
---beyond 65535, hosts that are neither names nor addresses (such as 127.1), and backslashes before the path.
---@usage print(url.parse("https://example.com/a b?q=ä").path) --> /a%20b
url.parse = native.parse_url

---Makes a URL of parts. Signs that would end a part are encoded in it.
---@param parts table `scheme`, `host`, `port`, `path`, `query` (text, or as for encode_query), `fragment`, `user` and
---`password` (any characters), or both as in a URL as `userinfo`
---@return arun.Url url
---Raises kind "usage".
---@usage url.build { scheme = "https", host = "example.com", path = "/search", query = { q = "a&b" } }
url.build = native.build_url

---Encodes a text that is to be a part of a path or query: all but letters, digits and `-._~` as %XX.
---@param text string
---@return string encoded
---@usage local path = "/users/" .. url.encode(name)
url.encode = native.encode

---Undoes encode. A percent sign that begins no escape stays; a plus sign is a plus sign.
---@param text string
---@return string decoded
url.decode = native.decode

---Names and values as a query or a form (application/x-www-form-urlencoded): spaces become plus signs.
---@param values table `{name = value}`, sorted by name, or `{{name, value}, ...}` in this order; a value is a string, a
---number, a boolean, or in the first form a list of these
---@return string encoded
---Raises kind "usage" for other values.
---@usage url.encode_query { tag = { "a", "b" }, page = 2 } --> page=2&tag=a&tag=b
url.encode_query = native.encode_query

---Undoes encode_query.
---@param text string
---@return string[][] pairs `{{name, value}, ...}` in the order of the text
---@usage for _, pair in ipairs(url.decode_query(u.query or "")) do print(pair[1], pair[2]) end
url.decode_query = native.decode_query

return url
