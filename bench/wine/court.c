#include "bench/wine/court.h"

#include <stdio.h>

#if defined(__x86_64__) && !defined(_WIN32)
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

enum { kMostNameBytes = 100 };

static const char* name_of(const char* court, const char* object) {
  static char name[kMostNameBytes];
  snprintf(name, sizeof name, "%s %s", court, object);
  return name;
}

static LONGLONG stamp(void) {
#ifdef __x86_64__
  return (LONGLONG)__builtin_ia32_rdtsc();
#else
  return 0; /* never measured there */
#endif
}

static HANDLE make_mutex(const char* court, enum court_mutex kind) {
#ifdef _WIN32
  if (kind == kMutexOfWindows) return CreateMutexA(NULL, FALSE, name_of(court, "mutex"));
#endif
  return kind == kOurMutex ? RtCreateMutexA(NULL, FALSE, name_of(court, "mutex")) : NULL;
}

static BOOL take(HANDLE mutex, enum court_mutex kind) {
#ifdef _WIN32
  if (kind == kMutexOfWindows) return WaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0;
#else
  (void)kind;
#endif
  return RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0;
}

static BOOL release(HANDLE mutex, enum court_mutex kind) {
#ifdef _WIN32
  if (kind == kMutexOfWindows) return ReleaseMutex(mutex);
#else
  (void)kind;
#endif
  return RtReleaseMutex(mutex);
}

struct court_values court_open(const char* name, LONG values) {
  struct court_values opened = {NULL, NULL, NULL};
  const ULONG bytes = (ULONG)sizeof(struct court) + (ULONG)values * (ULONG)sizeof(struct court_value);
  void* memory = NULL;
  opened.done = RtCreateSemaphoreA(NULL, 0, kCourtSides, name_of(name, "done"));
  if (opened.done == NULL || RtCreateSharedMemoryA(PAGE_READWRITE, 0, bytes, name, &memory) == NULL) return opened;
  opened.court = (struct court*)memory;
  opened.first = (struct court_value*)(opened.court + 1);
  return opened;
}

static void wait_until(volatile LONG* word, LONG least) {
  enum { kNapMs = 1 };
  while (__atomic_load_n(word, __ATOMIC_SEQ_CST) < least) RtSleep(kNapMs);
}

/* The first side returns when the second one, which has nothing else to do, is likely to sleep in its first wait: a
 * mutex is handed to waiters only. */
static void wait_for_both(struct court* court, LONG side) {
  enum { kFallAsleepMs = 20 };
  wait_until(&court->watched, 1);
  __atomic_add_fetch(&court->ready, 1, __ATOMIC_SEQ_CST);
  wait_until(&court->ready, kCourtSides);
  if (side == 0) RtSleep(kFallAsleepMs);
}

int court_rally(const char* name, LONG side, LONG warm_up, LONG handoffs, enum court_mutex kind) {
  const struct court_values opened = court_open(name, kCourtSides * handoffs);
  struct court* const court = opened.court;
  const HANDLE mutex = make_mutex(name, kind);
  if (opened.first == NULL || mutex == NULL) return __LINE__;
  struct court_value* value = opened.first + (size_t)side * (size_t)handoffs;
  if (side == 0 && !take(mutex, kind)) return __LINE__;
  wait_for_both(court, side);
  if (side == 0 && !release(mutex, kind)) return __LINE__;
  for (LONG i = 0; i < warm_up + handoffs; ++i) {
    if (!take(mutex, kind)) return __LINE__;
    const LONGLONG now = stamp();
    if (court->last == side) {
      ++court->kept;
    } else if (i >= warm_up) {
      *value++ = (struct court_value){now - court->stamp, now};
    }
    court->last = side;
    court->stamp = now;
    if (!release(mutex, kind)) return __LINE__;
  }
  return RtReleaseSemaphore(opened.done, 1, NULL) ? 0 : __LINE__;
}

int court_pairs(const char* name, LONG batches, LONG pairs, enum court_mutex kind) {
  const struct court_values opened = court_open(name, batches);
  const HANDLE mutex = make_mutex(name, kind);
  if (opened.first == NULL || mutex == NULL) return __LINE__;
  wait_until(&opened.court->watched, 1);
  for (LONG batch = -1; batch < batches; ++batch) { /* the first one warms up */
    const LONGLONG begin = stamp();
    for (LONG i = 0; i < pairs; ++i) {
      if (!take(mutex, kind) || !release(mutex, kind)) return __LINE__;
    }
    const LONGLONG end = stamp();
    if (batch >= 0) opened.first[batch] = (struct court_value){end - begin, end};
  }
  return RtReleaseSemaphore(opened.done, 1, NULL) ? 0 : __LINE__;
}

#ifndef _WIN32
int court_set_gs_base(void) {
#ifdef __x86_64__
  static char block[64];
  return (int)syscall(SYS_arch_prctl, ARCH_SET_GS, block);
#else
  return -1;
#endif
}
#endif
