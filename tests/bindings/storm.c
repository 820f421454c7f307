// Threads that do everything at random on the objects of a storm, as a native program and as one of Windows, while
// they are stopped, ended, or killed with their process.
//
//   work STORM SLOT          one thread works, until the storm is over or the process is killed
//   stop STORM SLOT STOPS    two threads work in SLOT and the next one, and are stopped at random so many times; every
//                            fifth time the thread is ended, and another one takes its place
//
// Accounting: a thread notes in the storm's memory what it is about to take or to post, calls, counts, and clears the
// note. What a dead thread had noted may or may not have happened; nothing else may be missing or too many.
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kStopsPerEnd = 5, kThreads = 2, kSlots = 16, kPassingNames = 3 };

struct slot {
  volatile LONG taking, posting;  // the notes
  volatile LONG taken, posted;    // written by the slot's thread only
  volatile LONG may_be_taken, may_be_posted;
  volatile LONG turns;
  volatile LONG failed;  // the line of a call that failed
};
struct storm {
  volatile LONG over, holder, two_owners, stops, ends;
  LONG unused[3];
  struct slot slots[kSlots];
};

static struct storm* storm;
static HANDLE mutex, units, event;

static HANDLE create(const char* storm_name, const char* object) {
  static char name[200];
  snprintf(name, sizeof name, "%s %s", storm_name, object);
  if (strcmp(object, "mutex") == 0) return RtCreateMutexA(NULL, FALSE, name);
  if (strcmp(object, "units") == 0) return RtCreateSemaphoreA(NULL, 0, 1000000, name);
  if (strcmp(object, "event") == 0) return RtCreateEventA(NULL, FALSE, FALSE, name);
  return RtCreateSharedMemoryA(PAGE_READWRITE, 0, sizeof *storm, name, (void**)&storm);
}

static void must(struct slot* slot, BOOL well, int line) {
  if (!well) slot->failed = line;
}

// The last owner left its mark if it died.
static void own_a_moment(struct slot* slot, BOOL abandoned) {
  if (__atomic_exchange_n(&storm->holder, 1, __ATOMIC_SEQ_CST) != 0 && !abandoned) storm->two_owners = 1;
  ++slot->turns;
  storm->holder = 0;
  must(slot, RtReleaseMutex(mutex), __LINE__);
}

static void wait_for_any(struct slot* slot, DWORD milliseconds) {
  const HANDLE all[] = {event, units, mutex};
  enum { kCount = 3, kUnits = 1, kMutex = 2 };
  slot->taking = 1;
  const DWORD result = RtWaitForMultipleObjects(kCount, (HANDLE*)all, FALSE, milliseconds);
  if (result == kUnits) ++slot->taken;
  slot->taking = 0;
  if (result == kMutex || result == WAIT_ABANDONED_0 + kMutex) own_a_moment(slot, result != kMutex);
  must(slot, result != WAIT_FAILED, __LINE__);
}

static void post(struct slot* slot) {
  slot->posting = 1;
  const BOOL posted = RtReleaseSemaphore(units, 1, NULL);
  if (posted) ++slot->posted;
  slot->posting = 0;
  must(slot, posted, __LINE__);
}

// Needs the lock of the namespace.
static void come_and_go(struct slot* slot, int which) {
  static const char* const names[kPassingNames] = {"passing", "passing too", "passing as well"};
  const HANDLE passing = RtCreateEventA(NULL, TRUE, FALSE, names[which]);
  must(slot, passing != NULL && RtSetEvent(passing) && RtCloseHandle(passing), __LINE__);
}

static unsigned pick(unsigned* seed, unsigned below) {
  *seed = *seed * 1103515245U + 12345U;
  return (*seed >> 16) % below;
}

static DWORD RTFCNDCL work(LPVOID argument) {
  struct slot* const slot = argument;
  unsigned seed = (unsigned)(slot - storm->slots) * 7919U + (unsigned)slot->turns + (unsigned)storm->stops;
  while (!storm->over) {
    switch (pick(&seed, 6)) {
      case 0:
      case 1: {
        const DWORD result = RtWaitForSingleObject(mutex, INFINITE);
        must(slot, result == WAIT_OBJECT_0 || result == WAIT_ABANDONED, __LINE__);
        own_a_moment(slot, result == WAIT_ABANDONED);
        break;
      }
      case 2:
      case 3:
        wait_for_any(slot, pick(&seed, 3));
        break;
      case 4:
        post(slot);
        RtSetEvent(event);
        break;
      default:
        come_and_go(slot, (int)pick(&seed, kPassingNames));
    }
  }
  return 0;
}

// ---- stopping and ending threads: each kind of program has its own calls for that
// -------------------------------------

#ifdef _WIN32
static HANDLE start(struct slot* slot) { return CreateThread(NULL, 0, work, slot, 0, NULL); }
static BOOL stop(HANDLE thread) {
  CONTEXT context = {.ContextFlags = CONTEXT_FULL};  // to be had once the thread stands still
  return SuspendThread(thread) == 0 && GetThreadContext(thread, &context);
}
static BOOL go_on(HANDLE thread) { return ResumeThread(thread) == 1; }
static BOOL end(HANDLE thread) {
  return TerminateThread(thread, 0) && WaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0 && CloseHandle(thread);
}
#else
static HANDLE start(struct slot* slot) { return RtCreateThread(NULL, 0, work, slot, 0, NULL); }
static BOOL stop(HANDLE thread) { return RtSuspendThread(thread) == 0; }
static BOOL go_on(HANDLE thread) { return RtResumeThread(thread) == 1; }
static BOOL end(HANDLE thread) {
  return RtTerminateThread(thread, 0) && RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0 &&
         RtCloseHandle(thread);
}
#endif

static LONGLONG now(void) {
  LARGE_INTEGER time;
  RtGetClockTime(CLOCK_FASTEST, &time);
  return time.QuadPart;
}

// What the stopper does while a thread stands still needs every lock that such a thread must not hold.
static int stop_threads(int first, int stops) {
  enum { kClockUnitsPerMillisecond = 10000 };
  struct slot* const own = &storm->slots[first + kThreads];
  HANDLE threads[kThreads];
  unsigned seed = (unsigned)first + 1;
  LONGLONG longest = 0;
  for (int i = 0; i < kThreads; ++i) threads[i] = start(&storm->slots[first + i]);
  must(own, RtSetThreadPriority(RtGetCurrentThread(), 50), __LINE__);  // it never waits for a processor
  for (int done = 0; done < stops; ++done) {
    const int chosen = (int)pick(&seed, kThreads);
    struct slot* const slot = &storm->slots[first + chosen];
    for (volatile unsigned i = pick(&seed, 20000); i > 0; --i) {
    }
    must(own, stop(threads[chosen]), __LINE__);
    const LONGLONG before = now();
    come_and_go(own, 0);
    post(own);
    const LONGLONG took = now() - before;
    if (took > longest) longest = took;
    __atomic_fetch_add(&storm->stops, 1, __ATOMIC_SEQ_CST);
    if (done % kStopsPerEnd != 0) {
      must(own, go_on(threads[chosen]), __LINE__);
      continue;
    }
    must(own, end(threads[chosen]), __LINE__);
    slot->may_be_taken += slot->taking;
    slot->may_be_posted += slot->posting;
    slot->taking = slot->posting = 0;
    __atomic_fetch_add(&storm->ends, 1, __ATOMIC_SEQ_CST);
    threads[chosen] = start(slot);
  }
  printf("%.3f\n", (double)longest / kClockUnitsPerMillisecond);
  fflush(stdout);
  return 0;
}

int main(int count, char** words) {
  if (count < 4) return 2;
  create(words[2], "memory");
  mutex = create(words[2], "mutex");
  units = create(words[2], "units");
  event = create(words[2], "event");
  if (storm == NULL || mutex == NULL || units == NULL || event == NULL) return 1;
  const int slot = atoi(words[3]);
  if (strcmp(words[1], "stop") == 0) return stop_threads(slot, atoi(words[4]));
  return (int)work(&storm->slots[slot]);
}
