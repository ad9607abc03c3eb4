/* http_get URL REQUESTS CONCURRENCY: GET the same small body again and again on so many kept connections. */
#define _GNU_SOURCE
#include "http_client.h"

typedef struct {
  uv_tcp_t tcp;
  uv_connect_t connect;
  char answer[65536];
  size_t size;
} connection;

static target to;
static int left;
static long total;

static void give_room(uv_handle_t* handle, size_t suggested, uv_buf_t* room) {
  (void)suggested;
  connection* it = (connection*)handle;
  *room = uv_buf_init(it->answer + it->size, (unsigned)(sizeof it->answer - it->size));
}

static void ask(connection* it) {
  if (left == 0) {
    uv_close((uv_handle_t*)it, NULL);
    return;
  }
  left--;
  it->size = 0;
  uv_buf_t request = uv_buf_init(to.request, (unsigned)strlen(to.request));
  check(uv_try_write((uv_stream_t*)it, &request, 1) == (int)request.len, "uv_try_write");
}

static void received(uv_stream_t* stream, ssize_t count, const uv_buf_t* room) {
  (void)room;
  connection* it = (connection*)stream;
  check(count >= 0, "read");
  it->size += (size_t)count;
  long length;
  const char* body = parse_head(it->answer, it->size, &length);
  if (!body || it->answer + it->size < body + length) return;
  total += length;
  ask(it);
}

static void connected(uv_connect_t* connect, int status) {
  connection* it = (connection*)connect->handle;
  check(status == 0, "connect");
  uv_tcp_nodelay(&it->tcp, 1);
  check(uv_read_start((uv_stream_t*)it, give_room, received) == 0, "uv_read_start");
  ask(it);
}

int main(int argc, char** argv) {
  check(argc == 4, "usage: http_get URL REQUESTS CONCURRENCY");
  to = parse_target(argv[1]);
  int requests = left = atoi(argv[2]);
  int concurrency = atoi(argv[3]);
  stopwatch watch = stopwatch_start();
  connection* connections = malloc((size_t)concurrency * sizeof *connections);
  check(connections != NULL, "malloc");
  for (int i = 0; i < concurrency; i++) {
    connection* it = &connections[i];
    uv_tcp_init(uv_default_loop(), &it->tcp);
    uv_tcp_connect(&it->connect, &it->tcp, (struct sockaddr*)&to.address, connected);
  }
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  stopwatch_report(watch, requests, 0);
  check(total == requests * (long)strlen("hello, world\n"), "all bytes came");
  free(connections);
}
