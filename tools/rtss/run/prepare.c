/* Loaded into a program that "rtss run" starts: does before its main what no other process can do for it.
 * RTSS_PREPARE holds the steps, separated by blanks: mlock, prefault=BYTES, require. */
#define _GNU_SOURCE
#include <alloca.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define TROUBLE 125

static void refused(const char* what, int error, int require) {
  struct rlimit limit = {0, 0};
  getrlimit(RLIMIT_MEMLOCK, &limit);
  fprintf(stderr,
          "rtss: %s: refused: %s; RLIMIT_MEMLOCK is %llu KiB: give the user \"- memlock unlimited\" in "
          "/etc/security/limits.d and log in again%s\n",
          what, strerror(error), (unsigned long long)limit.rlim_cur / 1024,
          require ? "; nothing was run (--require-rt)" : "");
  if (require) _exit(TROUBLE);
}

/* Touches the stack below, as far as its limit allows. */
static __attribute__((noinline)) int touch_stack(size_t bytes) {
  const size_t spare = 256 * 1024;
  struct rlimit limit = {0, 0};
  if (getrlimit(RLIMIT_STACK, &limit) != 0) return 0;
  if (limit.rlim_cur != RLIM_INFINITY && bytes + spare > limit.rlim_cur) return 0;
  volatile char* const stack = alloca(bytes);
  for (size_t i = bytes; i > 0; i -= i < 4096 ? i : 4096) stack[i - 1] = 0;
  return 1;
}

static int touch_heap(size_t bytes) {
  mallopt(M_TRIM_THRESHOLD, -1); /* what is freed stays ready */
  mallopt(M_MMAP_MAX, 0);
  char* const heap = malloc(bytes);
  if (heap == NULL) return 0;
  for (size_t i = 0; i < bytes; i += 4096) ((volatile char*)heap)[i] = 0;
  free(heap);
  return 1;
}

/* The program's own children are to find the environment as it was. */
static void restore_environment(void) {
  const char* const before = getenv("RTSS_PREPARE_PRELOAD");
  if (before != NULL)
    setenv("LD_PRELOAD", before, 1);
  else
    unsetenv("LD_PRELOAD");
  unsetenv("RTSS_PREPARE_PRELOAD");
  unsetenv("RTSS_PREPARE");
}

static __attribute__((constructor)) void prepare(void) {
  const char* const steps = getenv("RTSS_PREPARE");
  if (steps == NULL) return;
  const char* const prefault = strstr(steps, "prefault=");
  const int require = strstr(steps, "require") != NULL;
  const size_t bytes = prefault == NULL ? 0 : (size_t)strtoull(prefault + strlen("prefault="), NULL, 10);
  if (strstr(steps, "mlock") != NULL && mlockall(MCL_CURRENT | MCL_FUTURE) != 0) refused("--mlock", errno, require);
  restore_environment();
  if (bytes == 0) return;
  if (!touch_stack(bytes)) {
    fprintf(stderr, "rtss: --prefault: the stack may not grow so much; raise \"ulimit -s\"%s\n",
            require ? "; nothing was run (--require-rt)" : "");
    if (require) _exit(TROUBLE);
  }
  if (!touch_heap(bytes)) refused("--prefault", ENOMEM, require);
}
