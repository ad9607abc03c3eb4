std = "lua54"
max_line_length = 120
ignore = { "212/self" }
-- Tests leave loops on purpose, to see what is cleaned up.
files["tests"] = { ignore = { "512" } }
-- What came of their work, for the C++ that runs them.
files["tests/memory"] = { globals = { "result" } }
-- Suites that do what a runner must find.
files["tests/test/suites"] = { ignore = { "111", "121", "211", "212" } }
exclude_files = { "tests/test/suites/syntax_test.lua" }
