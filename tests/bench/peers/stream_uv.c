/* stream_uv FILE: read a big file in 64 KiB chunks through uv_fs_read into one buffer. */
#include <fcntl.h>
#include <uv.h>

#include "stopwatch.h"

static char bytes[65536];
static uv_fs_t request;
static uv_file file;
static long total;

static void chunk_was_read(uv_fs_t* done) {
  ssize_t length = done->result;
  uv_fs_req_cleanup(done);
  check(length >= 0, "read");
  if (length == 0) return;
  total += length;
  uv_buf_t buffer = uv_buf_init(bytes, sizeof bytes);
  uv_fs_read(done->loop, done, file, &buffer, 1, -1, chunk_was_read);
}

int main(int argc, char** argv) {
  check(argc == 2, "usage: stream_uv FILE");
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buffer = uv_buf_init(bytes, sizeof bytes);
  stopwatch watch = stopwatch_start();
  file = uv_fs_open(loop, &request, argv[1], O_RDONLY, 0, NULL);
  check(file >= 0, "open");
  uv_fs_read(loop, &request, file, &buffer, 1, -1, chunk_was_read);
  uv_run(loop, UV_RUN_DEFAULT);
  stopwatch_report(watch, total, 0);
  uv_fs_close(loop, &request, file, NULL);
}
