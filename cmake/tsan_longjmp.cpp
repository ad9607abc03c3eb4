// Only under ThreadSanitizer. It keeps a stack of its own, which it winds back at longjmp; but it does not know the
// names by which Lua calls that, with and without _FORTIFY_SOURCE, and would take every yield and every error for calls
// that never return, until that stack is full.
#include <csetjmp>

extern "C" {

[[noreturn]] void _longjmp(std::jmp_buf environment, int value) {
  std::longjmp(environment, value);
}

[[noreturn]] void __longjmp_chk(std::jmp_buf environment, int value) {
  std::longjmp(environment, value);
}
}
