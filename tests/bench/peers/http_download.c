/* http_download URL BYTES: a big body in chunks of at most 64 KiB into one buffer. */
#define _GNU_SOURCE
#include "http_client.h"

static target to;
static char buffer[65536];
static long left = -1; /* of the body; unknown before the head came */
static long total;

static void give_room(uv_handle_t* handle, size_t suggested, uv_buf_t* room) {
  (void)handle;
  (void)suggested;
  *room = uv_buf_init(buffer, sizeof buffer);
}

static void received(uv_stream_t* stream, ssize_t count, const uv_buf_t* room) {
  check(count >= 0, "read");
  if (left < 0) {
    const char* body = parse_head(room->base, (size_t)count, &left);
    check(body != NULL, "the head comes in one piece");
    count -= body - room->base;
  }
  total += count;
  left -= count;
  if (left == 0) uv_close((uv_handle_t*)stream, NULL);
}

static void connected(uv_connect_t* connect, int status) {
  check(status == 0, "connect");
  uv_buf_t request = uv_buf_init(to.request, (unsigned)strlen(to.request));
  check(uv_try_write(connect->handle, &request, 1) == (int)request.len, "uv_try_write");
  check(uv_read_start(connect->handle, give_room, received) == 0, "uv_read_start");
}

int main(int argc, char** argv) {
  check(argc == 3, "usage: http_download URL BYTES");
  to = parse_target(argv[1]);
  stopwatch watch = stopwatch_start();
  uv_tcp_t tcp;
  uv_connect_t connect;
  uv_tcp_init(uv_default_loop(), &tcp);
  uv_tcp_connect(&connect, &tcp, (struct sockaddr*)&to.address, connected);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  stopwatch_report(watch, total, 0);
  check(total == atol(argv[2]), "all bytes came");
}
