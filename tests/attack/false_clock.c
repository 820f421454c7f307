// Preloaded: the monotonic clock stands still in the past and every sleep of the C library fails at once, as with a
// preloaded library that fakes the time.
#include <errno.h>
#include <time.h>

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock, struct timespec* now) {
  (void)clock;
  now->tv_sec = 1;
  now->tv_nsec = 0;
  return 0;
}

__attribute__((visibility("default"))) int clock_nanosleep(clockid_t clock, int flags, const struct timespec* until,
                                                           struct timespec* left) {
  (void)clock;
  (void)flags;
  (void)until;
  (void)left;
  return EINVAL;
}
