-- A map from argument lists to values: a tree with a level for each argument. Lists are the same when their arguments
-- are equal and of one type; nil and NaN are arguments like any other.

-- What a table cannot have as a key, or would not tell apart, stands in the tree as one of these, before the number if
-- any.
local NIL, NAN, NEGATIVE_ZERO, FLOAT = {}, {}, {}, {}

-- The value at the end of a path. No argument can be this.
local VALUE = {}

local Keys = {}
Keys.__index = Keys

---The path of a list in the tree. Lists of different length begin differently.
---@return table path
function Keys.path(...)
  local count = select("#", ...)
  local path = { count, ... }
  local length = 1
  for i = 1, count do
    local argument = (select(i, ...))
    length = length + 1
    if argument == nil then
      path[length] = NIL
    elseif argument ~= argument and type(argument) == "number" then
      path[length] = NAN
    elseif math.type(argument) == "float" and argument % 1 == 0 then
      if argument == 0 and 1 / argument < 0 then
        path[length] = NEGATIVE_ZERO
      else
        path[length] = FLOAT
        length = length + 1
        path[length] = argument
      end
    else
      path[length] = argument
    end
  end
  return path
end

---@return any value nil when there is none
function Keys:get(path)
  local node = self.root
  for i = 1, #path do
    node = node[path[i]]
    if node == nil then return nil end
  end
  return node[VALUE]
end

function Keys:set(path, value)
  local node = self.root
  for i = 1, #path do
    local next_node = node[path[i]]
    if next_node == nil then
      next_node = {}
      node[path[i]] = next_node
    end
    node = next_node
  end
  node[VALUE] = value
end

---Takes the value out, and the parts of the tree that are empty then.
function Keys:remove(path)
  local nodes = { self.root }
  for i = 1, #path do
    nodes[i + 1] = nodes[i][path[i]]
    if nodes[i + 1] == nil then return end
  end
  nodes[#nodes][VALUE] = nil
  for i = #path, 1, -1 do
    if next(nodes[i + 1]) ~= nil then return end
    nodes[i][path[i]] = nil
  end
end

return {
  new = function() return setmetatable({ root = {} }, Keys) end,
  path = Keys.path,
}
