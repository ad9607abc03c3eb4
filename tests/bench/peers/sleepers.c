/* sleepers TASKS: random 1 to 2 s deadlines in an array heap over one uv_timer_t. A uv_timer_t
   each would be shorter to write, and take ten times as much of both time and memory. */
#include <stdint.h>
#include <uv.h>

#include "stopwatch.h"

typedef struct {
  uint64_t due;
  uint64_t task;
} sleeper;

static sleeper* heap;
static size_t size;
static long woken;

static void push(sleeper item) {
  size_t at = size++;
  while (at > 0 && heap[(at - 1) / 2].due > item.due) {
    heap[at] = heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  heap[at] = item;
}

static sleeper pop(void) {
  sleeper first = heap[0];
  sleeper last = heap[--size];
  size_t at = 0;
  for (size_t child = 1; child < size; child = 2 * at + 1) {
    if (child + 1 < size && heap[child + 1].due < heap[child].due) child++;
    if (heap[child].due >= last.due) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}

static void wake_due(uv_timer_t* timer) {
  uint64_t now = uv_now(timer->loop);
  while (size > 0 && heap[0].due <= now) {
    pop();
    woken++;
  }
  if (size > 0) uv_timer_start(timer, wake_due, heap[0].due - now, 0);
}

int main(int argc, char** argv) {
  check(argc == 2, "usage: sleepers TASKS");
  long tasks = atol(argv[1]);
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  uv_timer_init(loop, &timer);

  double before = memory("VmRSS:");
  stopwatch watch = stopwatch_start();
  heap = malloc((size_t)tasks * sizeof *heap);
  check(heap != NULL, "malloc");
  uv_update_time(loop);
  for (long i = 0; i < tasks; i++) {
    push((sleeper){uv_now(loop) + 1000 + (uint64_t)(rand() % 1000), (uint64_t)i});
  }
  uv_timer_start(&timer, wake_due, heap[0].due - uv_now(loop), 0);
  uv_run(loop, UV_RUN_DEFAULT);
  stopwatch_report(watch, tasks, (memory("VmHWM:") - before) / (double)tasks);
  check(woken == tasks, "every sleeper woke");
  free(heap);
}
