-- Numbers that look random and are the same on every Lua, for values that specs make up.

local random = {}

--- A generator: next(n) gives 1..n; pick(list) an element; text(list, most) up to so many joined.
function random.new(seed)
  local state = seed
  local self = {}

  -- Park and Miller's: every product is exact in a double.
  function self.next(n)
    state = state * 16807 % 2147483647
    return math.floor(state / 2147483647 * n) + 1
  end

  function self.pick(list)
    return list[self.next(#list)]
  end

  function self.text(list, most)
    local parts = {}
    for i = 1, self.next(most + 1) - 1 do
      parts[i] = self.pick(list)
    end
    return table.concat(parts)
  end

  return self
end

return random
