-- Ask each time for something that nobody asked before: the words, but not with one that stands nowhere.
local number = 0

request = function()
  number = number + 1
  return wrk.format(nil, wrk.path .. "+-zz" .. number)
end
