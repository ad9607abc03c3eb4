local native = require "arun.native.async"
return native
