-- Ask the page for one of the words after the other, so many that each is new again when its turn comes.
local words, number = {}, 0

init = function(given)
  words = given
end

request = function()
  number = number % #words + 1
  return wrk.format(nil, wrk.path:gsub("=.*", "=") .. words[number])
end
