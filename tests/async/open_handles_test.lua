-- What is open, and who opened it: arun.native.core's open_handles, and what `arun --debug` lists at the end.
local test = require "arun.test"
local support = require "support"
local async = require "arun.async"
local core = require "arun.native.core"
local fs = require "arun.fs"
local http = require "arun.http"
local net = require "arun.net"
local same, truthy = test.same, test.truthy

local here = "tests/async/open_handles_test.lua:"

local function line() return debug.getinfo(2, "l").currentline end

-- What was opened since `mark` and is open: texts, without what differs from run to run.
local function opened(mark)
  local texts = {}
  for i, handle in ipairs((core.open_handles(mark))) do
    local what = handle.what:gsub("/[%w_./-]*/", ""):gsub("arun%-%w+", "NAME"):gsub(":%d+$", ":PORT")
    texts[i] = ("%s by %s at %s%s"):format(what, handle.task, handle.place, handle.kept and ", kept" or "")
  end
  return texts
end

local function mark() return (select(2, core.open_handles())) end

test("files know the task and the line that opened them, until they are closed", function()
  async.current_task():set_name("reader")
  local start = mark()
  local dir <close> = fs.temp_dir()
  local made = line() - 1
  local path = fs.path.join(dir.path, "notes.txt")
  local file <close> = fs.open(path, "w")
  local first = line() - 1
  local other = async.create_task(function() return fs.open(path) end):set_name("other")
  local second <close> = async.await(other)
  same(opened(start), {
    "temporary directory NAME by reader at " .. here .. made,
    "file notes.txt by reader at " .. here .. first,
    "file notes.txt by other at " .. here .. (first + 2),
  })
  local numbers = core.open_handles(start)
  same({ numbers[1].number, numbers[3].number }, { start + 1, start + 3 })
  same(opened(start + 2), { "file notes.txt by other at " .. here .. (first + 2) })
  same(mark(), start + 3)
  file:close()
  second:close()
  file:close()
  dir:close()
  same(opened(start), {})
end)

test("temporary files and watches", function()
  async.current_task():set_name("both")
  local start = mark()
  do
    local _ <close> = fs.temp_file()
    local dir <close> = fs.temp_dir()
    local _ <close> = fs.watch(dir.path)
    local at = line() - 1
    same(opened(start), {
      "temporary file NAME by both at " .. here .. (at - 2),
      "temporary directory NAME by both at " .. here .. (at - 1),
      "watch of NAME by both at " .. here .. at,
    })
  end
  same(opened(start), {})
end)

test("a handle that is collected is open no longer", function()
  local start = mark()
  fs.open("/dev/null")
  same(#opened(start), 1)
  collectgarbage()
  same(opened(start), {})
end)

test("a failed open leaves nothing", function()
  local start = mark()
  test.raises("io", fs.open, "/no/such/file")
  test.raises("io", net.connect, { host = "127.0.0.1", port = 1 })
  test.raises("io", net.listen, { path = "/no/such/directory/socket" })
  same(opened(start), {})
end)

test("listeners, and both ends of a connection", function()
  async.current_task():set_name("client")
  local start = mark()
  local listener <close> = net.listen()
  local listening = line() - 1
  local accepting = async.create_task(function() return listener:accept() end):set_name("server")
  local client <close> = net.connect { host = "127.0.0.1", port = listener.port }
  local connecting = line() - 1
  local server <close> = async.await(accepting)
  local all = opened(start)
  table.sort(all)
  same(all, {
    "listener 127.0.0.1:PORT by client at " .. here .. listening,
    "stream 127.0.0.1:PORT by client at " .. here .. connecting,
    "stream 127.0.0.1:PORT by server at " .. here .. (connecting - 1),
  })
  client:close()
  server:close()
  same(opened(start), { all[1] })
  listener:close()
  same(opened(start), {})
end)

test("a connection by name belongs to who asked for it, however many tasks made it", function()
  async.current_task():set_name("asker")
  local listener <close> = net.listen()
  local accepting = async.create_task(function() listener:accept():close() end)
  local start = mark()
  local _ <close> = net.connect { host = "localhost", port = listener.port, timeout = 10 }
  same(opened(start), { "stream 127.0.0.1:PORT by asker at " .. here .. (line() - 1) })
  async.await(accepting)
end)

-- Answers each request of one connection after the other with "ok".
local function serve(listener)
  local group <close> = async.task_group()
  while true do
    local stream = listener:accept()
    group:create_task(function()
      local _ <close> = stream
      while stream:read_until("\r\n\r\n") do stream:write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") end
    end)
  end
end

-- The client's: those of the server above are its own.
local function clients(start)
  local list = {}
  for _, text in ipairs(opened(start)) do
    if not text:find("by server", 1, true) then list[#list + 1] = text end
  end
  return list
end

test("idle connections are kept by their session; the session is its maker's", function()
  async.current_task():set_name("user")
  local listener <close> = net.listen()
  local server = async.create_task(serve, listener):set_name("server")
  local start = mark()
  local url = ("http://127.0.0.1:%d/"):format(listener.port)
  local session <close> = http.session()
  local made = "HTTP session by user at " .. here .. (line() - 1)
  session:get(url)
  local used = line() - 1
  same(clients(start), { made, ("stream 127.0.0.1:PORT by user at %s%d, kept"):format(here, used) })
  local other = async.create_task(function() session:get(url) end):set_name("other")
  async.await(other)
  same(clients(start), { made, ("stream 127.0.0.1:PORT by other at %s%d, kept"):format(here, line() - 2) })
  session:close()
  same(clients(start), {})
  http.get(url)
  same(clients(start), { ("stream 127.0.0.1:PORT by user at %s%d, kept"):format(here, line() - 1) })
  server:cancel()
  pcall(async.await, server)
end)

test("arguments", function()
  test.raises("usage", core.open_handles, "x")
  test.raises("usage", core.open_handle, {})
end)

local script = [[
  local fs = require "arun.fs"
  local async = require "arun.async"
  fs.write_file("%s", "text")
  kept = fs.open("%s")
  forgotten = nil
  local function open() return fs.open("%s") end
  async.await(async.create_task(function() list = { open(), open() } end):set_name("opener"))
  local closed <close> = fs.open("%s")]]

local function run_with(options, source)
  local program = os.getenv("ARUN")
  local path = os.tmpname()
  fs.write_file(path, source)
  local pipe = assert(io.popen(("timeout 60 %s %s %s 2>&1"):format(program, options, path)))
  local output = pipe:read("a"):gsub(path:gsub("%p", "%%%0"), "script.lua")
  local _, _, code = pipe:close()
  os.remove(path)
  return output, code
end

test("--debug lists what is open at the end", function()
  local file = os.tmpname()
  local source = script:format(file, file, file, file)
  same({ run_with("--debug", source) }, { ([[
arun: 3 handle(s) left open at the end
	file FILE (opened at script.lua:4 by task 'main')
	file FILE (opened at script.lua:6 by task 'opener')
	file FILE (opened at script.lua:6 by task 'opener')
]]):gsub("FILE", file), 0 })
  same({ run_with("", source) }, { "", 0 })
  os.remove(file)
end)

test("--debug lists no more than twenty, and says nothing when nothing is open", function()
  same({ run_with("--debug", "print 'well'") }, { "well\n", 0 })
  local output = run_with("--debug", [[
    list = {}
    for i = 1, 23 do list[i] = require("arun.fs").open("/dev/null") end]])
  support.holds(output, "arun: 23 handle(s) left open at the end\n", "and 3 more, left out here\n")
  same(select(2, output:gsub("/dev/null", "")), 20)
  truthy(output:find "left out here\n$", output)
end)
