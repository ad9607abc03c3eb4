// Safe points: places in running Lua code, between two of its instructions, where something else may be done. They are
// reached by way of a debug hook that is set only while somebody asks for it, so that they cost nothing until then.
//
//   struct Look final : AtSafePoint {
//     Look() : AtSafePoint(Deed::looks, LUA_MASKCOUNT) {}
//     void reached(lua_State* L, lua_Debug* ar) override { ... }
//   };
//   kernel.safe_points.add(&look);   // once, before it is asked for; remove() before it ends
//   kernel.safe_points.ask(&look);   // as often as wanted, also in a signal handler that interrupted the loop's thread
//
// Another thread sends a signal to the loop's thread, whose handler asks (thread_signal.h).
#pragma once

#include <atomic>
#include <cstdint>

#include <lua.hpp>

namespace arun::kernel {

struct Kernel;

class AtSafePoint {
 public:
  // What reached() may do besides looking on. At one safe point all look first, then those who raise, then those who
  // suspend.
  enum class Deed { looks, raises, suspends };

  // Whether this place will do. If not, the next event is looked at.
  virtual bool suits(lua_State*, lua_Debug*) { return true; }

  // Called once for each time it was asked for (several requests in a row count as one), in the hook: L is the Lua
  // thread that runs, `ar` its activation record. Errors and yields leave it by longjmp.
  virtual void reached(lua_State* L, lua_Debug* ar) = 0;

 protected:
  // `events`: at which of Lua's hook events (LUA_MASK...) it wants to be called. LUA_MASKCOUNT is the next instruction.
  // LUA_MASKLINE is the next line, or the beginning of a loop's next round: a statement on one line is not torn.
  // Only at these two may it yield.
  AtSafePoint(Deed deed, int events) : deed_(deed), events_(events) {}
  AtSafePoint(const AtSafePoint&) = delete;
  AtSafePoint& operator=(const AtSafePoint&) = delete;
  ~AtSafePoint() = default;

 private:
  friend class SafePoints;
  const Deed deed_;
  const int events_;
  std::atomic<bool> wanted_{false};
  AtSafePoint* next_ = nullptr;
};

class SafePoints {
 public:
  explicit SafePoints(Kernel& kernel) : kernel_(kernel) {}

  void add(AtSafePoint* what);
  void remove(AtSafePoint* what);

  // Calls it at the next safe point of the running task. False when no task runs: then nothing will happen. The request
  // ends with the task's step: should the task suspend before it reaches a safe point, it is not called. To be called
  // in the loop's thread; asking again while a request stands does no harm.
  bool ask(AtSafePoint* what);

  // Kernel::innermost has changed: the hook moves to that thread. With none, all requests end.
  void innermost_changed() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (armed_.load(std::memory_order_relaxed) != nullptr) [[unlikely]]
      follow();
  }

  // The events of the hook that the running Lua thread has besides: the script's or the host's own.
  int own_events() const;

  // For debug.sethook and debug.gethook, which are to see the script's own hook: between these two it is the one set.
  void reveal_own_hook();
  void cover_own_hook();

 private:
  struct Hook {
    lua_Hook function = nullptr;
    int mask = 0;
    int count = 0;
  };

  static void on_event(lua_State* L, lua_Debug* ar);
  void call_wanted(lua_State* L, lua_Debug* ar);
  int wanted_events() const;
  bool still_armed();
  void arm();
  void disarm();
  [[gnu::cold, gnu::noinline]] void follow();
  void enter();
  void leave();

  Kernel& kernel_;
  AtSafePoint* first_ = nullptr;
  // The thread that has the hook; and the one that it had before, which is called meanwhile, and set again afterwards.
  std::atomic<lua_State*> armed_{nullptr};
  Hook own_;
  int events_ = 0;  // of the hook
  std::uint32_t repeats_ = 0;
  bool counts_ = false;  // LUA_MASKCOUNT is ours, and not the script's
  // A signal handler must not touch what it interrupted: it leaves its request for whoever is inside.
  std::atomic<bool> inside_{false};
  std::atomic<bool> asked_meanwhile_{false};
};

// Whether the running code is at a new line of the script, as far as one can tell between two statements. Elsewhere an
// error might come between a function that gave a lock, or an item, and the variable that is to hold it; or in place of
// a <close> handler. arun's own Lua parts are never between two: what they do is one thing to the script.
bool between_statements(lua_State* L, lua_Debug* ar);

}  // namespace arun::kernel
