#include <stdio.h>
#include <uv.h>

int main(void) {
  puts("hello, world");
  return uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
