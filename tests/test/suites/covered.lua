local covered = {}

local function never(x)
  local y = x + 1 -- 3 to 6 never run
  return y
end

function covered.sum(n)
  local sum = 0
  for i = 1, n do
    sum = sum + i
  end
  if sum < 0 then
    return never(sum), [[
      a long string]], { 1.5, "short", nil }
  end
  return sum
end

return covered
