#include "bench/support/cas_library.h"

#define EXPORT __attribute__((visibility("default")))

/* Not static: nothing here may prove that it never changes, so that every call reads it. */
__attribute__((visibility("hidden"), tls_model("initial-exec"))) __thread uint64_t cas_library_self = 1;

EXPORT int cas_library_take(uint64_t* word) {
  uint64_t expected = 0;
  return __atomic_compare_exchange_n(word, &expected, cas_library_self, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

EXPORT int cas_library_release(uint64_t* word) {
  uint64_t expected = cas_library_self;
  return __atomic_compare_exchange_n(word, &expected, 0, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}
