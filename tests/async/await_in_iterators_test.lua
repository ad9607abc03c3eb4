-- Iterators of for loops may suspend.
local async = require "arun.async"
local test = require "arun.test"
local same = test.same

test("a closure", function()
  local i, seen = 0, {}
  for value in function()
    async.sleep(0)
    i = i + 1
    if i <= 3 then return i end
  end do seen[#seen + 1] = value end
  same(seen, { 1, 2, 3 })
end)

test("an object with __call, and a loop body that awaits too", function()
  local counter = setmetatable({ n = 0 }, { __call = function(self, limit)
    async.sleep(0)
    self.n = self.n + 1
    if self.n <= limit then return self.n, self.n * 2 end
  end })
  local sum = 0
  for a, b in counter, 4 do
    async.sleep(0)
    sum = sum + a * b
  end
  same(sum, 60)
end)

test("two tasks iterate side by side", function()
  local log = {}
  local function walk(name)
    for i = 1, 3 do
      async.sleep(0)
      log[#log + 1] = name .. i
    end
  end
  async.gather { function() walk "a" end, function() walk "b" end }
  same(table.concat(log, " "), "a1 b1 a2 b2 a3 b3")
end)

test("the closing value's __close may await when the loop breaks", function()
  local closed
  for i in function(_, n) return (n or 0) + 1 end, nil, nil, setmetatable({}, { __close = function()
    async.sleep(0)
    closed = true
  end }) do
    if i == 2 then break end
  end
  same(closed, true)
end)
