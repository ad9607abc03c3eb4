-- Programs end, whatever their connections are doing.
-- servers: origin

local test = require "arun.test"
local fs = require "arun.fs"


-- Runs a script; its output, and the exit code.
local function run(script)
  local folder <close> = fs.temp_dir()
  local path = fs.path.join(folder.path, "script.lua")
  fs.write_file(path, [[
    local async, http = require "arun.async", require "arun.http"
    local origin = os.getenv "ORIGIN"
  ]] .. script)
  local handle = io.popen(("timeout 20 %s %s 2>&1; echo $?"):format(os.getenv "ARUN", path))
  local output, code = handle:read("a"):match("^(.*)(%d+)\n$")
  handle:close()
  return output, tonumber(code)
end

test("idle connections keep no program alive", function()
  test.same({ run 'print(http.get(origin .. "/echo").status)' }, { "200\n", 0 })
end)

test("nor do responses that nobody reads, or closes", function()
  test.same({ run [[
    kept = http.get(origin .. "/body/endless")
    http.get(origin .. "/stall/body")
    print(kept.status)
  ]] }, { "200\n", 0 })
end)

test("a thousand requests in flight end with async.run", function()
  test.same({ run [[
    local session = http.session { max_connections = 1000 }
    async.run(function()
      for _ = 1, 1000 do async.create_task(session.get, session, origin .. "/stall/head") end
      async.sleep(0.3)
    end)
    print "over"
  ]] }, { "over\n", 0 })
end)

test("an error nobody caught is told with its URL", function()
  local output, code = run 'http.get(origin .. "/truncate/nothing")'
  test.same(code, 1)
  test.truthy(output:find("GET http://127.0.0.1:", 1, true) and output:find("/truncate/nothing: ", 1, true), output)
  test.truthy(output:find(": the server closed the connection without an answer (ECONNRESET)", 1, true), output)
end)

test("a program that does without TLS does not load it", function()
  test.same(run [[
    http.get(origin .. "/echo"):bytes()
    for line in io.lines "/proc/self/maps" do
      if line:find "libssl" or line:find "tls%.so" then print(line) end
    end
  ]], "")
end)
