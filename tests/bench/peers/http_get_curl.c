/* http_get_curl URL REQUESTS CONCURRENCY: GET the same small body again and again with libcurl's multi-socket interface
   on libuv, so many at once. */
#include <curl/curl.h>
#include <uv.h>

#include "stopwatch.h"

static CURLM* multi;
static uv_timer_t timer;
static int left;
static long total;

static size_t body_came(char* data, size_t size, size_t count, void* nothing) {
  (void)data;
  (void)nothing;
  total += (long)(size * count);
  return size * count;
}

static void take_answers(void) {
  CURLMsg* message;
  int more;
  while ((message = curl_multi_info_read(multi, &more))) {
    CURL* easy = message->easy_handle;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    check(message->data.result == CURLE_OK && status == 200, "transfer");
    curl_multi_remove_handle(multi, easy);
    if (left > 0) {
      left--;
      curl_multi_add_handle(multi, easy);
    }
  }
}

static void act(curl_socket_t socket, int events) {
  int running;
  curl_multi_socket_action(multi, socket, events, &running);
  take_answers();
}

static void timed_out(uv_timer_t* handle) {
  (void)handle;
  act(CURL_SOCKET_TIMEOUT, 0);
}

static int set_timer(CURLM* handle, long milliseconds, void* nothing) {
  (void)handle;
  (void)nothing;
  if (milliseconds < 0) return uv_timer_stop(&timer);
  return uv_timer_start(&timer, timed_out, (uint64_t)milliseconds, 0);
}

static void polled(uv_poll_t* poll, int status, int events) {
  check(status == 0, "poll");
  int actions = (events & UV_READABLE ? CURL_CSELECT_IN : 0) | (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0);
  act((curl_socket_t)(intptr_t)poll->data, actions);
}

static void freed(uv_handle_t* poll) {
  free(poll);
}

static int set_socket(CURL* easy, curl_socket_t socket, int what, void* nothing, void* known) {
  (void)easy;
  (void)nothing;
  uv_poll_t* poll = known;
  if (what == CURL_POLL_REMOVE) {
    if (poll) uv_close((uv_handle_t*)poll, freed);
    return curl_multi_assign(multi, socket, NULL);
  }
  if (!poll) {
    poll = malloc(sizeof *poll);
    check(poll != NULL, "malloc");
    check(uv_poll_init_socket(uv_default_loop(), poll, socket) == 0, "uv_poll_init_socket");
    poll->data = (void*)(intptr_t)socket;
    curl_multi_assign(multi, socket, poll);
  }
  return uv_poll_start(poll, (what & CURL_POLL_IN ? UV_READABLE : 0) | (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
                       polled);
}

int main(int argc, char** argv) {
  check(argc == 4, "usage: http_get_curl URL REQUESTS CONCURRENCY");
  int requests = left = atoi(argv[2]);
  int concurrency = atoi(argv[3]);
  stopwatch watch = stopwatch_start();
  curl_global_init(CURL_GLOBAL_ALL);
  multi = curl_multi_init();
  uv_timer_init(uv_default_loop(), &timer);
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_socket);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
  for (int i = 0; i < concurrency; i++) {
    CURL* easy = curl_easy_init();
    curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
    curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("SSL_CERT_FILE"));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_came);
    left--;
    curl_multi_add_handle(multi, easy);
  }
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  stopwatch_report(watch, requests, 0);
  check(total == requests * (long)(sizeof "hello, world\n" - 1), "all bytes came");
}
