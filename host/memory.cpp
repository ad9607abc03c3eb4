#include "memory.h"

#include <malloc.h>

namespace arun::host {

void keep_freed_memory() {
#ifdef __GLIBC__
  constexpr int kKept = 16 * 1024 * 1024;
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_MMAP_THRESHOLD, kKept);  // larger blocks go back one by one
#endif
}

}  // namespace arun::host
