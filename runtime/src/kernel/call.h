// Coroutine objects: a function and its arguments, to be called once, later. What an async function returns.
#pragma once

#include <cstdint>

#include <lua.hpp>

#include "kernel/places.h"
#include "kernel/tag.h"

namespace arun::kernel {

struct Kernel;

// Lives in a userdata: user value 1 is the function, or its watcher (see watch_unused_calls); then come the arguments.
struct Call {
  Tag tag = Tag::call;
  Origin origin;
  std::uint16_t arguments = 0;
  bool used = false;     // awaited or made a task: only once
  bool watched = false;  // it has a watcher
};

// What an async function knows of its calls.
struct AsyncFunction {
  std::uint32_t name = 0;   // as its first caller to do so called it (Places); 0 = not known yet
  std::uint32_t tries = 0;  // calls that showed no name
  CallSite last_call;
};

// Creates the metatable of coroutine objects and the place for young ones.
void open_calls(lua_State* L, Kernel& kernel);

// Coroutine objects made in the task step that just ended and not used in it get a watcher, which warns when they
// are collected. A finalizer on each of them from the start would cost more than all else they do.
void watch_unused_calls(Kernel& kernel);

// Raises kind "usage" when a function cannot be kept with so many arguments.
void check_arguments(lua_State* L, int arguments);

// Pops a function and `arguments` arguments and pushes a coroutine object that counts as used. May raise.
Call* push_call(lua_State* L, int arguments, Origin origin);

// The coroutine object at this index, or null when the value is none.
Call* to_call(lua_State* L, int index);

// Marks it as used; raises kind "usage" when it was already.
void use_call(lua_State* L, int index, Call* call);

// Pushes function and arguments of the object, on top of L, in its place; the number of values, or -1 (the object
// popped) when the stack cannot grow. Never raises.
int unpack_call(lua_State* L);

// async(fn): pushes the function that makes coroutine objects.
int make_async(lua_State* L);

// What the async function at this index knows of its calls, or null when the value is none.
AsyncFunction* to_async(lua_State* L, int index);

// Whatever takes a function takes an async function and a coroutine object as well: makes the value at this index,
// which its arguments follow up to the top, a plain function and its arguments. Other values stay as they are.
void to_plain_call(lua_State* L, int index);

// Pushes "NAME at FILE:LINE" of the coroutine object at this index.
void push_call_description(lua_State* L, int index);

}  // namespace arun::kernel
