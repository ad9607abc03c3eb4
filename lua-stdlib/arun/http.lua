---@meta arun.http
-- HTTP: so far the parts that need no connection.

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

http.session = Session.new

-- The session of those who make none.
local default

for _, method in ipairs { "request", "get", "post", "put", "patch", "delete", "head", "options" } do
  http[method] = function(...)
    default = default or Session.new()
    return default[method](default, ...)
  end
end

return http
