/* What the C peers share: timing and memory. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct {
  double wall;
  double cpu;
} stopwatch;

static inline double clock_seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline stopwatch stopwatch_start(void) {
  return (stopwatch){clock_seconds(CLOCK_MONOTONIC), clock_seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

/* Bytes of a line of /proc/self/status, named with its colon. VmHWM, unlike ru_maxrss, does not
   include what the process was before it called exec. */
static inline double memory(const char* field) {
  FILE* status = fopen("/proc/self/status", "r");
  char name[64];
  long kib = 0;
  while (status && fscanf(status, "%63s %ld%*[^\n]", name, &kib) != EOF) {
    size_t i = 0;
    while (field[i] && field[i] == name[i]) i++;
    if (!field[i]) break;
  }
  if (status) fclose(status);
  return (double)kib * 1024;
}

/* Prints the one line the driver reads. */
static inline void stopwatch_report(stopwatch start, long ops, double bytes_per_task) {
  double wall = clock_seconds(CLOCK_MONOTONIC) - start.wall;
  double cpu = clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - start.cpu;
  printf("{\"seconds\": %.9f, \"cpu_seconds\": %.9f, \"ops\": %ld, \"peak_bytes\": %.0f, \"bytes_per_task\": %.1f}\n",
         wall, cpu, ops, memory("VmHWM:"), bytes_per_task);
}

static inline void check(int ok, const char* what) {
  if (ok) return;
  fprintf(stderr, "failed: %s\n", what);
  exit(1);
}
