#include "modules/test/trial.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "kernel/cancel.h"
#include "kernel/failure.h"
#include "kernel/handle.h"
#include "kernel/kernel.h"
#include "kernel/report.h"
#include "kernel/supervisor.h"
#include "kernel/suspend.h"
#include "lua/args.h"
#include "lua/error.h"
#include "lua/place.h"
#include "lua/userdata.h"
#include "modules/test/order.h"
#include "uv/handle.h"

namespace arun::modules {
namespace {

using kernel::Kernel;
using kernel::Task;

constexpr const char* kMetatable = "arun.trial";

// The watchdog is for what the loop's own timer cannot see, and leaves it so much time to be first.
constexpr std::uint64_t kTimerFirst = 100;
// Tasks that wake each other in virtual time keep the loop from looking at its timers: so the time is looked at after
// so many suspensions, too.
constexpr std::uint32_t kSuspensionsPerClock = 256;

// "a_test.lua:12", where the task waits, or "" when that is not known.
std::string place_of(const Task* task) {
  lua_Debug ar;
  if (task->thread == nullptr || lua::find_script_line(task->thread, 0, &ar) < 0) return "";
  return std::string(ar.short_src) + ":" + std::to_string(ar.currentline);
}

// Its operation is the wait for the watched task, as whose waiter it looks on.
class Trial final : public kernel::Supervisor,
                    public kernel::Operation,
                    public kernel::Waiter,
                    public kernel::StepLimit {
 public:
  Trial(Kernel& kernel, std::optional<std::uint64_t> seed, std::uint64_t cancel_at)
      : kernel_(kernel),
        outer_(static_cast<Trial*>(kernel.scheduler.supervisor())),
        first_id_(kernel.scheduler.next_id()),
        cancel_at_(cancel_at),
        failures_before_(kernel.unhandled_failures),
        unawaited_before_(kernel.watched_calls),
        alive_before_(kernel.scheduler.alive()) {
    if (seed) order_.emplace(*seed, first_id_);
    written_elsewhere_ = std::move(kernel.write_report);
    form_elsewhere_ = std::exchange(kernel.report_form, kernel::ReportForm::text);
    kernel.write_report = [this](const std::string& text) { reports_ += text; };
    kernel.scheduler.set_supervisor(this);
    if (outer_ != nullptr) outer_->inner_ = this;
  }

  // Not finished: the runner itself failed, and what was reported is for whoever reads the program's own reports.
  ~Trial() {
    if (finished_) return;
    std::uint64_t failures = kernel_.unhandled_failures;
    finish_run();
    kernel_.unhandled_failures = failures;
    if (!reports_.empty()) kernel_.write_report(reports_);
  }

  void finish_run() {
    if (finished_) return;
    finished_ = true;
    if (inner_ != nullptr) inner_->finish_run();
    if (outer_ != nullptr) outer_->inner_ = nullptr;
    stop_watching();
    kernel_.scheduler.set_supervisor(outer_);
    kernel_.write_report = std::move(written_elsewhere_);
    kernel_.report_form = form_elsewhere_;
    kernel_.unhandled_failures = failures_before_;
  }

  // --- the scheduler's supervisor

  std::size_t choose(const Task* first_ready) override {
    if (order_) return order_->choose(first_ready);
    return outer_ != nullptr ? outer_->choose(first_ready) : 0;
  }

  void suspended(Task* suspended) override {
    if (outer_ != nullptr) outer_->suspended(suspended);
    if (++unchecked_ >= kSuspensionsPerClock) {
      unchecked_ = 0;
      if (task != nullptr && uv_hrtime() > late_at_) wake("late");
    }
    if (!counting_ || !belongs(suspended) || ++suspensions_ != cancel_at_ || target() == nullptr) return;
    cancelled_at_ = place_of(target());
    kernel::cancel_task(kernel_, target(), "cancelled by the sweep");
  }

  bool deadlocked() override { return wake("deadlock") || (outer_ != nullptr && outer_->deadlocked()); }

  // --- the wait

  void watch(Task* watched, std::uint64_t milliseconds) {
    verdict_ = nullptr;
    watched->add_waiter(this);
    timer_.open(this, [&](uv_timer_t* timer) { return uv_timer_init(&kernel_.loop, timer); });
    // The loop's idea of the time is that of its last turn, before a test that computed for long.
    uv_update_time(&kernel_.loop);
    auto late = [](uv_timer_t* timer) { static_cast<Trial*>(timer->data)->wake("late"); };
    uv_timer_start(timer_.get(), late, milliseconds, 0);
    // It is no reason to go on waiting, for the loop and for virtual time.
    uv_unref(reinterpret_cast<uv_handle_t*>(timer_.get()));
    late_at_ = uv_hrtime() + milliseconds * 1'000'000;
    // The timer says nothing while Lua code does not wait.
    limit_ = (milliseconds + kTimerFirst) * 1'000'000;
    kernel_.watchdog.set_step_limit(limit_, this);
  }

  bool step_too_long(Task* busy, const std::string& where) override {
    if (!belongs(busy) || target() == nullptr) return false;
    if (busy_.empty()) busy_ = where;
    return true;
  }

  void task_done(Task*) override { wake("ended"); }
  bool looks_on() const override { return true; }
  void abandoned() override { stop_watching(); }

  int finish(lua_State* L) override {
    let_go();
    stop_watching();
    lua_pushstring(L, busy_.empty() ? verdict_ : "late");
    return 1;
  }

  CancelResult cancel(Kernel&) override {
    let_go();
    stop_watching();
    return CancelResult::detached;
  }

  void describe(std::string* out) const override { *out = "a test"; }
  void dispose() override { task = nullptr; }

  // --- what became of the run

  bool belongs(const Task* some) const { return some->id >= first_id_; }
  std::uint32_t first_id() const { return first_id_; }
  void count_suspensions(bool on) { counting_ = on; }
  std::uint64_t suspensions() const { return suspensions_; }
  const std::string& cancelled_at() const { return cancelled_at_; }
  std::uint32_t unawaited() const {
    return kernel_.watched_calls > unawaited_before_ ? kernel_.watched_calls - unawaited_before_ : 0;
  }
  std::uint64_t left() const {
    return kernel_.scheduler.alive() > alive_before_ ? kernel_.scheduler.alive() - alive_before_ : 0;
  }
  const std::string& reports() const { return reports_; }
  // Kept here, for Lua may raise while the text is pushed.
  const std::string& describe_tasks() {
    description_ = std::exchange(busy_, "");
    kernel::describe_tasks(kernel_, first_id_, [this](const std::string& text) { description_ += text; });
    return description_;
  }
  // The same for the error at this index, which a message handler of the running task was given.
  const std::string& describe_error(lua_State* L, int index) {
    description_ = kernel::failure_text(L, index);
    return description_;
  }
  Kernel& kernel() const { return kernel_; }

 private:
  bool wake(const char* verdict) {
    if (task == nullptr || verdict_ != nullptr) return false;
    verdict_ = verdict;
    kernel_.scheduler.complete(this);
    return true;
  }

  void stop_watching() {
    leave();
    timer_.close();
    limit_ = 0;
    kernel_.watchdog.set_step_limit(outer_ != nullptr ? outer_->limit_ : 0, outer_);
  }

  Kernel& kernel_;
  Trial* outer_;
  Trial* inner_ = nullptr;
  bool finished_ = false;
  std::uint32_t first_id_;
  std::uint64_t cancel_at_;
  std::uint64_t suspensions_ = 0;
  bool counting_ = false;
  std::uint64_t late_at_ = 0;
  kernel::Nanoseconds limit_ = 0;  // of a step; 0 = it does not watch
  std::uint32_t unchecked_ = 0;
  std::string cancelled_at_;
  std::optional<Order> order_;
  const char* verdict_ = nullptr;
  uv::Handle<uv_timer_t> timer_;
  std::string reports_;
  std::string busy_;  // where a task held the loop for too long
  std::string description_;
  std::uint64_t failures_before_;
  std::uint32_t unawaited_before_;
  std::uint64_t alive_before_;
  std::function<void(const std::string& text)> written_elsewhere_;
  kernel::ReportForm form_elsewhere_;
};

Trial* check_trial(lua_State* L) {
  return static_cast<Trial*>(luaL_checkudata(L, 1, kMetatable));
}

int trial_watch(lua_State* L) {
  Trial* trial = check_trial(L);
  Task* watched = kernel::to_task(L, 2);
  if (watched == nullptr) lua::type_error(L, 2, "task");
  std::uint64_t milliseconds = lua::check_seconds(L, 3) / 1'000'000;
  Task* task = kernel::begin_suspend(L);
  if (watched->done()) {
    lua_pushliteral(L, "ended");
    return 1;
  }
  trial->watch(watched, milliseconds);
  return kernel::suspend(L, task, trial);
}

int trial_count(lua_State* L) {
  check_trial(L)->count_suspensions(lua_toboolean(L, 2) != 0);
  return 0;
}

int trial_suspensions(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_trial(L)->suspensions()));
  return 1;
}

int trial_cancelled_at(lua_State* L) {
  const std::string& place = check_trial(L)->cancelled_at();
  lua_pushlstring(L, place.data(), place.size());
  return 1;
}

int trial_left(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(check_trial(L)->left()));
  return 1;
}

// The message handler of a test's code leads here: what a report would say of the error.
int trial_failure(lua_State* L) {
  Trial* trial = check_trial(L);
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  const Task* task = trial->kernel().scheduler.running();
  if (task == nullptr || kernel::is_own_cancellation(L, 2, task)) return 0;
  lua_remove(L, 1);
  kernel::failure_handler(L);
  lua_checkstack(L, 2);
  trial->kernel().anchors.push(L, task->came_from);
  const std::string& text = trial->describe_error(L, lua_gettop(L));
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

struct Visit {
  const Trial* trial;
  lua_State* L;
  lua_Integer count;
};

int trial_tasks(lua_State* L) {
  lua_settop(L, 1);
  Visit visit{check_trial(L), L, 0};
  lua_newtable(L);
  auto add = [](void* to, Task* task) {
    auto* visiting = static_cast<Visit*>(to);
    if (!visiting->trial->belongs(task)) return;
    kernel::push_handle(visiting->L, visiting->trial->kernel(), task);
    lua_rawseti(visiting->L, 2, ++visiting->count);
  };
  visit.trial->kernel().scheduler.for_each_task(add, &visit);
  return 1;
}

int trial_describe(lua_State* L) {
  const std::string& text = check_trial(L)->describe_tasks();
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}

int trial_unawaited(lua_State* L) {
  lua_pushinteger(L, check_trial(L)->unawaited());
  return 1;
}

int trial_finish(lua_State* L) {
  Trial* trial = check_trial(L);
  trial->kernel().scheduler.report_failures();
  trial->finish_run();
  if (trial->reports().empty()) return 0;
  lua_pushlstring(L, trial->reports().data(), trial->reports().size());
  return 1;
}

}  // namespace

int new_trial(lua_State* L) {
  Kernel& kernel = kernel::kernel_of(L);
  bool seeded = !lua_isnoneornil(L, 1);
  auto seed = static_cast<std::uint64_t>(lua::optional_integer(L, 1, 0));
  auto cancel_at = static_cast<std::uint64_t>(lua::optional_integer(L, 2, 0));
  lua::push_metatable(L, kMetatable, [](lua_State* state) {
    const luaL_Reg methods[] = {{"watch", trial_watch},
                                {"count", trial_count},
                                {"suspensions", trial_suspensions},
                                {"cancelled_at", trial_cancelled_at},
                                {"failure", trial_failure},
                                {"left", trial_left},
                                {"tasks", trial_tasks},
                                {"describe", trial_describe},
                                {"unawaited", trial_unawaited},
                                {"finish", trial_finish},
                                {nullptr, nullptr}};
    luaL_newlib(state, methods);
    lua_setfield(state, -2, "__index");
    lua_pushcfunction(state, lua::destroy<Trial>);
    lua_setfield(state, -2, "__gc");
  });
  new (lua_newuserdatauv(L, sizeof(Trial), 0))
      Trial(kernel, seeded ? std::optional<std::uint64_t>(seed) : std::nullopt, cancel_at);
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  return 1;
}

}  // namespace arun::modules
