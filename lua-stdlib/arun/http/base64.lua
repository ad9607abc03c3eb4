-- Base64 (RFC 4648), as HTTP's Basic credentials want it.

local digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function digit(value) return digits:sub(value + 1, value + 1) end

return function(text)
  local parts = {}
  for at = 1, #text, 3 do
    local a, b, c = text:byte(at, at + 2)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    parts[#parts + 1] = digit(bits >> 18) .. digit(bits >> 12 & 63)
      .. (b and digit(bits >> 6 & 63) or "=") .. (c and digit(bits & 63) or "=")
  end
  return table.concat(parts)
end
