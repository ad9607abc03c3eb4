std = "lua54"
max_line_length = 120
ignore = { "212/self" }
-- Tests leave loops on purpose, to see what is cleaned up.
files["tests"] = { ignore = { "512" } }
-- What came of their work, for the C++ that runs them.
files["tests/memory"] = { globals = { "result" } }
