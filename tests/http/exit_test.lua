-- Programs end, whatever their connections are doing.
-- servers: origin

local t = require "harness"
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

t.test("idle connections keep no program alive", function()
  t.eq({ run 'print(http.get(origin .. "/echo").status)' }, { "200\n", 0 })
end)

t.test("nor do responses that nobody reads, or closes", function()
  t.eq({ run [[
    kept = http.get(origin .. "/body/endless")
    http.get(origin .. "/stall/body")
    print(kept.status)
  ]] }, { "200\n", 0 })
end)

t.test("a thousand requests in flight end with async.run", function()
  t.eq({ run [[
    local session = http.session { max_connections = 1000 }
    async.run(function()
      for _ = 1, 1000 do async.create_task(session.get, session, origin .. "/stall/head") end
      async.sleep(0.3)
    end)
    print "over"
  ]] }, { "over\n", 0 })
end)

t.test("an error nobody caught is told with its URL", function()
  local output, code = run 'http.get(origin .. "/truncate/nothing")'
  t.eq(code, 1)
  t.ok(output:find("GET http://127.0.0.1:", 1, true) and output:find("/truncate/nothing: ", 1, true), output)
  t.ok(output:find(": the server closed the connection without an answer (ECONNRESET)", 1, true), output)
end)

t.test("a program that does without TLS does not load it", function()
  t.eq(run [[
    http.get(origin .. "/echo"):bytes()
    for line in io.lines "/proc/self/maps" do
      if line:find "libssl" or line:find "tls%.so" then print(line) end
    end
  ]], "")
end)
