/* stream FILE: the limit, read(2) of 64 KiB chunks into one buffer. */
#include <fcntl.h>
#include <unistd.h>

#include "stopwatch.h"

int main(int argc, char** argv) {
  check(argc == 2, "usage: stream FILE");
  static char bytes[65536];
  stopwatch watch = stopwatch_start();
  int file = open(argv[1], O_RDONLY | O_CLOEXEC);
  check(file >= 0, "open");
  long total = 0;
  ssize_t length;
  while ((length = read(file, bytes, sizeof bytes)) > 0) total += length;
  check(length == 0, "read");
  stopwatch_report(watch, total, 0);
  close(file);
}
