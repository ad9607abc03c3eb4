local uv = require "luv"
print("hello, world")
uv.run()
