#include "kernel/safe_point.h"

#include "kernel/kernel.h"
#include "lua/place.h"

namespace arun::kernel {
namespace {

int mask_of(const lua_Debug* ar) {
  return ar->event == LUA_HOOKTAILCALL ? LUA_MASKCALL : 1 << ar->event;
}

constexpr auto kRelaxed = std::memory_order_relaxed;

}  // namespace

void SafePoints::add(AtSafePoint* what) {
  AtSafePoint** link = &first_;
  while (*link != nullptr && (*link)->deed_ <= what->deed_) link = &(*link)->next_;
  what->next_ = *link;
  *link = what;
}

void SafePoints::remove(AtSafePoint* what) {
  AtSafePoint** link = &first_;
  while (*link != nullptr && *link != what) link = &(*link)->next_;
  if (*link != nullptr) *link = what->next_;
}

// While somebody is inside, a signal handler only leaves word.
void SafePoints::enter() {
  inside_.store(true, kRelaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

void SafePoints::leave() {
  std::atomic_signal_fence(std::memory_order_seq_cst);
  inside_.store(false, kRelaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);
  while (asked_meanwhile_.exchange(false, kRelaxed)) {
    enter();
    arm();
    std::atomic_signal_fence(std::memory_order_seq_cst);
    inside_.store(false, kRelaxed);
    std::atomic_signal_fence(std::memory_order_seq_cst);
  }
}

bool SafePoints::ask(AtSafePoint* what) {
  if (kernel_.scheduler.running() == nullptr || kernel_.innermost == nullptr) return false;
  what->wanted_.store(true, kRelaxed);
  if (inside_.load(kRelaxed)) {
    asked_meanwhile_.store(true, kRelaxed);
    return true;
  }
  if (still_armed()) return true;
  enter();
  arm();
  leave();
  return true;
}

// Setting the hook marks every function on the stack, however deep it is: whoever asks again and again must not do that
// each time. Now and then he must: the interpreter, interrupted in the middle, may have cleared a mark.
bool SafePoints::still_armed() {
  lua_State* L = kernel_.innermost;
  if (L != armed_.load(kRelaxed) || lua_gethook(L) != on_event || (wanted_events() & ~events_) != 0) return false;
  ++repeats_;
  return (repeats_ & (repeats_ - 1)) != 0;
}

int SafePoints::wanted_events() const {
  int events = 0;
  for (const AtSafePoint* what = first_; what != nullptr; what = what->next_) {
    if (what->wanted_.load(kRelaxed)) events |= what->events_;
  }
  return events;
}

int SafePoints::own_events() const {
  return armed_.load(kRelaxed) == kernel_.innermost ? own_.mask : lua_gethookmask(kernel_.innermost);
}

void SafePoints::arm() {
  lua_State* L = kernel_.innermost;
  int events = wanted_events();
  if (L != armed_.load(kRelaxed)) {
    disarm();
    repeats_ = 0;
  }
  if (L == nullptr || events == 0) return;
  // A thread made by one that has the hook is born with it.
  if (lua_gethook(L) != on_event) own_ = {lua_gethook(L), lua_gethookmask(L), lua_gethookcount(L)};
  armed_.store(L, kRelaxed);
  events_ = events;
  counts_ = (events & LUA_MASKCOUNT) != 0;
  lua_sethook(L, on_event, events | own_.mask, counts_ ? 1 : own_.count);
}

void SafePoints::disarm() {
  lua_State* L = armed_.load(kRelaxed);
  if (L == nullptr) return;
  armed_.store(nullptr, kRelaxed);
  if (lua_gethook(L) == on_event) lua_sethook(L, own_.function, own_.mask, own_.count);
}

void SafePoints::follow() {
  enter();
  if (kernel_.innermost == nullptr) {
    for (AtSafePoint* what = first_; what != nullptr; what = what->next_) what->wanted_.store(false, kRelaxed);
    disarm();
  } else {
    arm();
  }
  leave();
}

void SafePoints::reveal_own_hook() {
  enter();
  disarm();
}

void SafePoints::cover_own_hook() {
  arm();
  leave();
}

void SafePoints::on_event(lua_State* L, lua_Debug* ar) {
  SafePoints& self = kernel_of(L).safe_points;
  if (L == self.armed_.load(kRelaxed)) {
    self.call_wanted(L, ar);
    return;
  }
  // Born while its creator had the hook. A hook of debug.sethook is for one thread only; the host's is for all.
  lua_State* main = kernel_of(L).main;
  lua_sethook(L, lua_gethook(main), lua_gethookmask(main), lua_gethookcount(main));
}

void SafePoints::call_wanted(lua_State* L, lua_Debug* ar) {
  int event = mask_of(ar);
  if ((own_.mask & event) != 0 && !(event == LUA_MASKCOUNT && counts_)) own_.function(L, ar);
  for (AtSafePoint* what = first_; what != nullptr; what = what->next_) {
    if ((what->events_ & event) == 0 || !what->wanted_.load(kRelaxed) || !what->suits(L, ar)) continue;
    what->wanted_.store(false, kRelaxed);
    if (wanted_events() == 0) {
      enter();
      disarm();
      leave();
    }
    what->reached(L, ar);
    if (lua_status(L) == LUA_YIELD) return;
  }
}

bool between_statements(lua_State* L, lua_Debug* ar) {
  if (ar->event != LUA_HOOKLINE) return false;
  lua_getinfo(L, "S", ar);
  return !lua::is_own_part(ar->source);
}

}  // namespace arun::kernel
