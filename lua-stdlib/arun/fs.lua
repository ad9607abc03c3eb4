local native = require "arun.native.fs"
return native
