#include "support.h"

using arun::test::Script;

TEST_CASE("a script that ends well gives 0", "[runtime]") {
  Script script;
  CHECK(script.run("x = 1 + 1") == 0);
  CHECK(script.global("x") == "2");
  CHECK(script.reports().empty());
}

TEST_CASE("an error gives 1 and a report with message, traceback and task", "[runtime]") {
  Script script;
  CHECK(script.run("local function f() error('boom') end\nf()") == 1);
  CHECK(script.reports().find("arun: test:1: boom") == 0);
  CHECK(script.reports().find("test:2: in main chunk") != std::string::npos);
  CHECK(script.reports().find("in task 'main'") != std::string::npos);
}

TEST_CASE("a syntax error gives 1 and names the line", "[runtime]") {
  Script script;
  CHECK(script.run("x = = 1") == 1);
  CHECK(script.reports().find("test:1:") != std::string::npos);
}

TEST_CASE("a runtime runs one script after another", "[runtime]") {
  Script script;
  CHECK(script.run("error('first')") == 1);
  CHECK(script.run("x = 'second'") == 0);
  CHECK(script.global("x") == "second");
}

TEST_CASE("the run ends when the main task and all it started have ended", "[runtime]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "async.create_task(function() async.sleep(0.01) done = true end)") == 0);
  CHECK(script.global("done") == "true");
}

TEST_CASE("a failed main task cancels the others, whose clean-up runs", "[runtime]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "async.create_task(function()\n"
                   "  local _ <close> = setmetatable({}, {__close = function() async.sleep(0) cleaned = true end})\n"
                   "  async.sleep(100)\n"
                   "end)\n"
                   "async.sleep(0)\n"
                   "error('main failed')") == 1);
  CHECK(script.global("cleaned") == "true");
}

TEST_CASE("a suspending call from the host is a clear error", "[runtime]") {
  Script script;
  lua_State* L = script.runtime().state();
  REQUIRE(luaL_dostring(L, "return pcall(require('arun.async').sleep, 1)") == LUA_OK);
  CHECK_FALSE(lua_toboolean(L, -2));
  CHECK(std::string(luaL_tolstring(L, -1, nullptr)).find("outside a task") != std::string::npos);
  lua_settop(L, 0);
}

TEST_CASE("interrupt cancels the main task and gives 130", "[runtime]") {
  Script script;
  lua_State* L = script.runtime().state();
  lua_pushlightuserdata(L, &script.runtime());
  lua_pushcclosure(
      L,
      [](lua_State* state) {
        static_cast<arun::Runtime*>(lua_touserdata(state, lua_upvalueindex(1)))->interrupt();
        return 0;
      },
      1);
  lua_setglobal(L, "interrupt");
  SECTION("waiting") {
    CHECK(script.run("local async = require 'arun.async'\n"
                     "local _ <close> = setmetatable({}, {__close = function() async.sleep(0) cleaned = true end})\n"
                     "async.call_soon(interrupt)\n"
                     "async.sleep(100)") == 130);
    CHECK(script.global("cleaned") == "true");
  }
  SECTION("busy") {
    CHECK(script.run("interrupt() while true do end") == 130);
  }
  SECTION("after the main task ended") {
    CHECK(script.run("local async = require 'arun.async'\n"
                     "async.create_task(function() async.sleep(0) interrupt() async.sleep(100) end)") == 130);
  }
}

TEST_CASE("tasks that nothing can wake are a deadlock, named in the report", "[runtime]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "local task = async.create_task(function() async.future():__await() end)\n"
                   "task:set_name('stuck')\n"
                   "async.event():wait()") == 1);
  CHECK(script.reports().find("deadlock: 2 task(s)") != std::string::npos);
  CHECK(script.reports().find("task 'main' waits for an event") != std::string::npos);
  CHECK(script.reports().find("task 'stuck'") != std::string::npos);
}

TEST_CASE("a deadlock whose clean-up waits for ever too still ends", "[runtime]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "local event = async.event()\n"
                   "local _ <close> = setmetatable({}, {__close = function() event:wait() end})\n"
                   "event:wait()") == 1);
}

TEST_CASE("a runtime with suspended tasks can be destroyed", "[runtime]") {
  Script script;
  CHECK(script.run("local async = require 'arun.async'\n"
                   "local event = async.event()\n"
                   "local function stay() local _ <close> = setmetatable({}, {__close = function() event:wait() end}) "
                   "event:wait() end\n"
                   "for i = 1, 10 do async.create_task(stay) end\n"
                   "stay()") == 1);
}
