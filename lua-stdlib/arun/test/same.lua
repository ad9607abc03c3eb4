-- Whether two values have the same contents.

-- `pairs_seen[a][b]`: they are being compared further out, so that here they count as the same.
local function same(a, b, pairs_seen)
  local kind = type(a)
  if kind ~= type(b) then return false end
  if kind == "number" then return (a == b and math.type(a) == math.type(b)) or (a ~= a and b ~= b) end
  if a == b then return true end
  if kind ~= "table" then return false end
  pairs_seen = pairs_seen or {}
  local seen = pairs_seen[a]
  if seen and seen[b] then return true end
  if not seen then
    seen = {}
    pairs_seen[a] = seen
  end
  seen[b] = true
  for key, value in next, a do
    if not same(value, rawget(b, key), pairs_seen) then return false end
  end
  for key in next, b do
    if rawget(a, key) == nil then return false end
  end
  return true
end

---Tables by their contents, at any depth; 1 and 1.0 are different, NaN is the same as NaN.
---@param a any
---@param b any
---@return boolean
return function(a, b) return same(a, b) end
