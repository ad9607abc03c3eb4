/* http_download_curl URL BYTES: a big body from libcurl in chunks of at most 64 KiB. */
#include <curl/curl.h>

#include "stopwatch.h"

static long total;

static size_t body_came(char* data, size_t size, size_t count, void* nothing) {
  (void)data;
  (void)nothing;
  total += (long)(size * count);
  return size * count;
}

int main(int argc, char** argv) {
  check(argc == 3, "usage: http_download_curl URL BYTES");
  stopwatch watch = stopwatch_start();
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_URL, argv[1]);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 65536L);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_came);
  check(curl_easy_perform(easy) == CURLE_OK, "transfer");
  stopwatch_report(watch, total, 0);
  check(total == atol(argv[2]), "all bytes came");
}
