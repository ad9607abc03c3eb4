/* read_files FOLDER FILES CONCURRENCY: the limit, blocking calls one file after the other. On one
   core, with all in the page cache, doing several at once could only cost more. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stopwatch.h"

static long read_file(const char* path) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  check(fd >= 0 && fstat(fd, &info) == 0, path);
  char* data = malloc((size_t)info.st_size);
  check(data != NULL, "malloc");
  ssize_t length = read(fd, data, (size_t)info.st_size);
  check(length >= 0, path);
  close(fd);
  free(data);
  return length;
}

int main(int argc, char** argv) {
  check(argc == 4, "usage: read_files FOLDER FILES CONCURRENCY");
  int files = atoi(argv[2]);
  long total = 0;
  stopwatch watch = stopwatch_start();
  for (int i = 1; i <= files; i++) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%d", argv[1], i);
    total += read_file(path);
  }
  stopwatch_report(watch, files, 0);
  check(total == (long)files * 4096, "all bytes were read");
}
