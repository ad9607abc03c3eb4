/* read_files_uv FOLDER FILES CONCURRENCY: read whole files, each one job on libuv's pool. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "stopwatch.h"

typedef struct {
  uv_work_t work;
  char path[4096];
  char* data;
  ssize_t length;
} job;

static const char* folder;
static int files;
static int started;
static long total;

static void start_next(job* job);

static void read_file(uv_work_t* work) {
  job* job = work->data;
  struct stat info;
  int fd = open(job->path, O_RDONLY | O_CLOEXEC);
  check(fd >= 0 && fstat(fd, &info) == 0, "open");
  job->data = malloc((size_t)info.st_size);
  check(job->data != NULL, "malloc");
  job->length = read(fd, job->data, (size_t)info.st_size);
  close(fd);
}

static void file_was_read(uv_work_t* work, int status) {
  job* job = work->data;
  check(status == 0 && job->length >= 0, "read");
  total += job->length;
  free(job->data);
  start_next(job);
}

static void start_next(job* job) {
  if (started == files) return;
  snprintf(job->path, sizeof job->path, "%s/%d", folder, ++started);
  job->work.data = job;
  check(uv_queue_work(uv_default_loop(), &job->work, read_file, file_was_read) == 0, "uv_queue_work");
}

int main(int argc, char** argv) {
  check(argc == 4, "usage: read_files_uv FOLDER FILES CONCURRENCY");
  folder = argv[1];
  files = atoi(argv[2]);
  int concurrency = atoi(argv[3]);
  stopwatch watch = stopwatch_start();
  job* jobs = malloc((size_t)concurrency * sizeof *jobs);
  check(jobs != NULL, "malloc");
  for (int i = 0; i < concurrency; i++) start_next(&jobs[i]);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  stopwatch_report(watch, files, 0);
  check(total == (long)files * 4096, "all bytes were read");
  free(jobs);
}
