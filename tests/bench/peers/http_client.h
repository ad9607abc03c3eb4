/* What the HTTP peers on libuv share: connecting to the address of a URL. */
#pragma once

#include <string.h>
#include <uv.h>

#include "stopwatch.h"

typedef struct {
  struct sockaddr_in address;
  char request[512];
} target;

/* The target of http://A.B.C.D:PORT/PATH. */
static inline target parse_target(const char* url) {
  target it;
  char host[64], path[256] = "/";
  int port;
  check(sscanf(url, "http://%63[0-9.]:%d%255s", host, &port, path) >= 2, "the URL is http://A.B.C.D:PORT/PATH");
  check(uv_ip4_addr(host, port, &it.address) == 0, "uv_ip4_addr");
  snprintf(it.request, sizeof it.request, "GET %s HTTP/1.1\r\nHost: %s:%d\r\n\r\n", path, host, port);
  return it;
}

/* Where the body begins in the bytes of an answer, and its length; NULL while the head is not complete. */
static inline const char* parse_head(const char* data, size_t size, long* length) {
  const char* end = memmem(data, size, "\r\n\r\n", 4);
  if (!end) return NULL;
  check(strncmp(data, "HTTP/1.1 200 ", 13) == 0, "status 200");
  const char* header = memmem(data, (size_t)(end - data), "Content-Length: ", 16);
  check(header != NULL, "Content-Length");
  *length = strtol(header + 16, NULL, 10);
  return end + 4;
}
