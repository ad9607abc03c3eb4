#include "modules/async/queue.h"

#include <limits>
#include <new>

#include "kernel/call.h"
#include "kernel/suspend.h"
#include "kernel/tag.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/self.h"
#include "lua/userdata.h"
#include "modules/async/queue_storage.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.queue";

// User values of the userdata.
constexpr int kTable = 1;
constexpr int kLess = 2;

struct Link {
  Link* previous;
  Link* next;
};

// A ring of tasks that wait, in the order they came.
struct Waiting : Link {
  Waiting() : Link{this, this} {}
  bool empty() const { return next == this; }
};

// Who did something last; for reports.
struct Doer {
  std::uint32_t id = 0;  // of the task; 0 = nobody
  std::uint32_t name = 0;

  void note(lua_State* L) {
    if (const Task* task = kernel::kernel_of(L).scheduler.running()) *this = {task->id, task->origin.name};
  }
};

struct Queue {
  kernel::Tag tag = kernel::Tag::queue;
  bool closed = false;
  lua_Integer maxsize = 0;
  lua_Integer unfinished = 0;  // items put in and not yet reported by task_done
  lua_Integer reserved = 0;    // room promised to putters that were woken and have not run yet
  QueueStorage storage;
  Waiting getters;
  Waiting putters;
  Waiting joiners;
  Doer last_to_put;
  Doer last_to_take;

  explicit Queue(QueueStorage::Order order) : storage(order) {}
  ~Queue() { tag = kernel::Tag::none; }
  // Closed, and no putter on its way that had its place before.
  bool exhausted() const { return closed && reserved == 0; }
  bool full() const { return storage.count() + reserved >= maxsize; }
};

enum class Role : std::uint8_t { put, get, iterate, join };

int put_promised(lua_State* L);

// Waits in one of a queue's rings. A getter's item is put on the stack of its thread; a putter is promised room, and
// puts its item in itself (a comparison of priorities that fails is its error). So nobody can overtake either.
class Wait final : public kernel::Operation, public Link {
 public:
  Wait(Waiting* ring, lua_State* thread, Role role)
      : Link{ring->previous, ring}, thread_(thread), base_(lua_gettop(thread)), role_(role) {
    ring->previous->next = this;
    ring->previous = this;
  }

  lua_State* thread() const { return thread_; }

  void wake(bool closed) {
    leave();
    closed_ = closed;
    kernel::kernel_of(thread_).scheduler.complete(this);
  }

  int finish(lua_State* L) override {
    if (closed_ && role_ != Role::iterate) return lua::raise(L, "closed", "the queue is closed");
    if (role_ == Role::put) return put_promised(L);
    return lua_gettop(L) - base_;
  }

  CancelResult cancel(Kernel&) override {
    leave();
    return CancelResult::detached;
  }

  void describe(std::string* out) const override {
    *out = role_ == Role::put    ? "room in a queue"
           : role_ == Role::join ? "a queue's items to be dealt with"
                                 : "an item of a queue";
  }

  void find_blocker(kernel::Blocker* blocker) const override {
    if (role_ == Role::join) return;
    const auto* queue =
        static_cast<const Queue*>(lua_touserdata(thread_, role_ == Role::iterate ? lua_upvalueindex(1) : 1));
    bool put = role_ == Role::put;
    const Doer& last = put ? queue->last_to_take : queue->last_to_put;
    blocker->kind = put ? kernel::Blocker::Kind::last_to_take : kernel::Blocker::Kind::last_to_put;
    blocker->last = last.id;
    blocker->did.name = last.name;
  }

  void dispose() override {}

 private:
  void leave() {
    previous->next = next;
    next->previous = previous;
  }

  lua_State* thread_;
  int base_;
  Role role_;
  bool closed_ = false;
};

Wait* first_of(const Waiting& ring) {
  return static_cast<Wait*>(ring.next);
}

void wake_all(const Waiting& ring, bool closed) {
  while (!ring.empty()) first_of(ring)->wake(closed);
}

int suspend_in(lua_State* L, Waiting* ring, Role role) {
  Task* task = kernel::begin_suspend(L);
  return kernel::suspend(L, task, task->emplace<Wait>(ring, L, role));
}

Queue* check_queue(lua_State* L) {
  auto* queue = kernel::to_tagged<Queue>(L, 1, kernel::Tag::queue);
  if (queue == nullptr) lua::self_error(L, "queue");
  return queue;
}

// Pushes table and comparison function for the storage; their indexes.
void push_storage(lua_State* L, int queue, int* table, int* less) {
  lua_getiuservalue(L, queue, kTable);
  lua_getiuservalue(L, queue, kLess);
  *less = lua_gettop(L);
  *table = *less - 1;
}

// Promises free room to the first putter that waits.
void wake_putter(Queue* queue) {
  if (queue->putters.empty() || queue->full()) return;
  ++queue->reserved;
  first_of(queue->putters)->wake(false);
}

// Puts the item at index 2 in, when there is a getter or room; false otherwise.
bool put_at_once(lua_State* L, Queue* queue) {
  if (!queue->getters.empty()) {
    Wait* getter = first_of(queue->getters);
    if (!lua_checkstack(getter->thread(), 1)) luaL_error(L, "stack overflow");
    lua_pushvalue(L, 2);
    lua_xmove(L, getter->thread(), 1);
    getter->wake(false);
    wake_putter(queue);  // the item took no room
  } else if (!queue->full()) {
    int table = 0;
    int less = 0;
    push_storage(L, 1, &table, &less);
    lua_pushvalue(L, 2);
    queue->storage.push(L, table, less);
  } else {
    return false;
  }
  ++queue->unfinished;
  queue->last_to_put.note(L);
  return true;
}

int put_protected(lua_State* L) {
  put_at_once(L, static_cast<Queue*>(lua_touserdata(L, 1)));
  return 0;
}

// A putter that was promised room goes on; queue and item are its arguments.
int put_promised(lua_State* L) {
  auto* queue = static_cast<Queue*>(lua_touserdata(L, 1));
  --queue->reserved;
  lua_pushcfunction(L, put_protected);
  lua_pushvalue(L, 1);
  lua_pushvalue(L, 2);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
    wake_putter(queue);  // the room is free after all
    return lua_error(L);
  }
  // Closed while it was on its way: it may have been the last that getters waited for.
  if (queue->closed && queue->reserved == 0) wake_all(queue->getters, true);
  return 0;
}

// For what changes the queue.
Queue* check_usable(lua_State* L) {
  Queue* queue = check_queue(L);
  if (queue->storage.comparing()) lua::raise_usage(L, "a queue's comparison must not change the queue");
  return queue;
}

Queue* check_put(lua_State* L) {
  Queue* queue = check_usable(L);
  if (lua_isnoneornil(L, 2)) lua::argument_error(L, 2, "an item expected, got nil");
  if (queue->closed) lua::raise(L, "closed", "the queue is closed");
  return queue;
}

int queue_put(lua_State* L) {
  Queue* queue = check_put(L);
  if (put_at_once(L, queue)) return 0;
  lua_settop(L, 2);
  return suspend_in(L, &queue->putters, Role::put);
}

int queue_put_nowait(lua_State* L) {
  if (!put_at_once(L, check_put(L))) return lua::raise(L, "full", "the queue is full");
  return 0;
}

// Pushes the next item, if there is one, and lets the first putter that waits have its place.
bool get_at_once(lua_State* L, Queue* queue, int index) {
  if (queue->storage.count() == 0) return false;
  int table = 0;
  int less = 0;
  push_storage(L, index, &table, &less);
  queue->storage.pop(L, table, less);
  queue->last_to_take.note(L);
  wake_putter(queue);
  return true;
}

int queue_get(lua_State* L) {
  Queue* queue = check_usable(L);
  if (get_at_once(L, queue, 1)) return 1;
  if (queue->exhausted()) return lua::raise(L, "closed", "the queue is closed");
  lua_settop(L, 1);
  return suspend_in(L, &queue->getters, Role::get);
}

int queue_get_nowait(lua_State* L) {
  Queue* queue = check_usable(L);
  if (get_at_once(L, queue, 1)) return 1;
  if (queue->closed) return lua::raise(L, "closed", "the queue is closed");
  return lua::raise(L, "empty", "the queue is empty");
}

// The iterator of items(): upvalue 1 is the queue.
int next_item(lua_State* L) {
  auto* queue = static_cast<Queue*>(lua_touserdata(L, lua_upvalueindex(1)));
  if (get_at_once(L, queue, lua_upvalueindex(1))) return 1;
  if (queue->exhausted()) return 0;
  return suspend_in(L, &queue->getters, Role::iterate);
}

int queue_items(lua_State* L) {
  check_queue(L);
  lua_settop(L, 1);
  lua_pushcclosure(L, next_item, 1);
  return 1;
}

int queue_task_done(lua_State* L) {
  Queue* queue = check_queue(L);
  if (queue->unfinished == 0) return lua::raise_usage(L, "task_done was called more often than there were items");
  if (--queue->unfinished > 0) return 0;
  wake_all(queue->joiners, false);
  return 0;
}

int queue_join(lua_State* L) {
  Queue* queue = check_queue(L);
  if (queue->unfinished == 0) return 0;
  lua_settop(L, 1);
  return suspend_in(L, &queue->joiners, Role::join);
}

int queue_close(lua_State* L) {
  Queue* queue = check_queue(L);
  queue->closed = true;
  wake_all(queue->putters, true);
  if (queue->reserved == 0) wake_all(queue->getters, true);
  return 0;
}

int queue_size(lua_State* L) {
  lua_pushinteger(L, check_queue(L)->storage.count());
  return 1;
}

int queue_empty(lua_State* L) {
  lua_pushboolean(L, check_queue(L)->storage.count() == 0);
  return 1;
}

int queue_full(lua_State* L) {
  lua_pushboolean(L, check_queue(L)->full());
  return 1;
}

int push_queue(lua_State* L, QueueStorage::Order order) {
  lua_Integer maxsize = lua::optional_integer(L, 1, 0);
  if (maxsize < 0) return lua::argument_error(L, 1, "an integer from 0 expected");
  if (!lua_isnoneornil(L, 2)) lua::check_function(L, 2);
  if (kernel::to_async(L, 2) != nullptr) {
    return lua::argument_error(L, 2, "plain function expected, got an async one: the order of items cannot wait");
  }
  lua_settop(L, 2);
  auto* queue = new (lua_newuserdatauv(L, sizeof(Queue), 2)) Queue(order);
  queue->maxsize = maxsize > 0 ? maxsize : std::numeric_limits<lua_Integer>::max();
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {
        {"put", queue_put},     {"put_nowait", queue_put_nowait},
        {"get", queue_get},     {"get_nowait", queue_get_nowait},
        {"items", queue_items}, {"task_done", queue_task_done},
        {"join", queue_join},   {"close", queue_close},
        {"size", queue_size},   {"empty", queue_empty},
        {"full", queue_full},   {nullptr, nullptr},
    };
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    const luaL_Reg meta[] = {
        {"__gc", lua::destroy<Queue>}, {"__close", queue_close}, {"__len", queue_size}, {nullptr, nullptr}};
    luaL_setfuncs(state, meta, 0);
    lua_pushliteral(state, "queue");
    lua_setfield(state, -2, "__name");
  });
  lua_setmetatable(L, -2);
  lua_newtable(L);
  lua_setiuservalue(L, -2, kTable);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, -2, kLess);
  return 1;
}

}  // namespace

int new_queue(lua_State* L) {
  return push_queue(L, QueueStorage::Order::fifo);
}

int new_lifo_queue(lua_State* L) {
  return push_queue(L, QueueStorage::Order::lifo);
}

int new_priority_queue(lua_State* L) {
  return push_queue(L, QueueStorage::Order::priority);
}

int queue_methods(lua_State* L) {
  push_queue(L, QueueStorage::Order::fifo);
  luaL_getmetafield(L, -1, "__index");
  return 1;
}

}  // namespace arun::modules
