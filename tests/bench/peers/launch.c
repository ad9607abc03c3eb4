/* launch PROGRAM [ARGUMENTS]: run it, its output thrown away, and report the wall time from
   start to end and its peak memory. In C, because Linux counts in ru_maxrss what a process was
   before exec, which would be the driver's own interpreter. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "stopwatch.h"

extern char** environ;

int main(int argc, char** argv) {
  check(argc > 1, "usage: launch PROGRAM [ARGUMENTS]");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);

  pid_t child;
  int status;
  struct rusage usage;
  double start = clock_seconds(CLOCK_MONOTONIC);
  check(posix_spawnp(&child, argv[1], &actions, NULL, argv + 1, environ) == 0, argv[1]);
  check(wait4(child, &status, 0, &usage) == child, "wait4");
  double seconds = clock_seconds(CLOCK_MONOTONIC) - start;
  check(WIFEXITED(status) && WEXITSTATUS(status) == 0, argv[1]);
  printf("{\"seconds\": %.9f, \"peak_bytes\": %ld}\n", seconds, usage.ru_maxrss * 1024);
}
