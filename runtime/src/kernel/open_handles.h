// Which resources are open, and who opened them: a file, a socket, a watch knows the task and the script's line that it
// was opened by. For reports of what was left open, and for looking into a running program.
#pragma once

#include <cstdint>
#include <string>

#include <lua.hpp>

namespace arun::kernel {

class OpenHandles;

// A base of what can be open. In a ring of all that are, so that entering and leaving it allocates nothing.
class OpenHandle {
 public:
  // What it is, as a phrase: "file notes.txt".
  virtual void describe(std::string* out) const = 0;

  // Rises with every handle that is opened: what was opened since some moment is what has a higher number.
  std::uint64_t number() const { return number_; }
  // Where it was opened (Places), and by which task; 0 = not known, by none.
  std::uint32_t place() const { return place_; }
  std::uint32_t task_id() const { return task_id_; }
  // The task may have ended since.
  const std::string& task_name() const { return task_name_; }
  // Its owner is not the script but a part of arun, which keeps it for later (an idle connection).
  bool kept() const { return kept_; }

  // It was opened by what runs on L, or given to it: also one that is open already. Never raises.
  void note_open(lua_State* L);
  // Again: nothing.
  void note_closed();
  // Whoever has it open keeps it for later, until the next note_open().
  void keep() { kept_ = true; }

 protected:
  OpenHandle() = default;
  OpenHandle(const OpenHandle&) = delete;
  OpenHandle& operator=(const OpenHandle&) = delete;
  ~OpenHandle() { note_closed(); }

 private:
  friend class OpenHandles;

  OpenHandles* all_ = nullptr;  // null: it is not open
  OpenHandle* previous_ = nullptr;
  OpenHandle* next_ = nullptr;
  std::uint64_t number_ = 0;
  std::uint32_t place_ = 0;
  std::uint32_t task_id_ = 0;
  std::string task_name_;
  bool kept_ = false;
};

// Those of one runtime, in the order in which they were opened.
class OpenHandles {
 public:
  std::uint64_t last_number() const { return last_number_; }

  // Calls visit(handle) for each with a number above this one. It must not run Lua, whose collector closes some.
  template <class Visit>
  void for_each_since(std::uint64_t number, Visit visit) const {
    const OpenHandle* first = nullptr;
    for (OpenHandle* at = last_; at != nullptr && at->number_ > number; at = at->previous_) first = at;
    for (; first != nullptr; first = first->next_) visit(*first);
  }

 private:
  friend class OpenHandle;
  void add(OpenHandle* handle);
  void remove(OpenHandle* handle);

  OpenHandle* first_ = nullptr;
  OpenHandle* last_ = nullptr;
  std::uint64_t last_number_ = 0;
};

}  // namespace arun::kernel
