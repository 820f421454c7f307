/* Timers as programs use them: one-shot and re-armed in the routine, set twice, cancelled with and without an answer,
 * suspending and resuming a thread, idle main threads, deleted and then closed. */
#include <RtApi.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static HANDLE one_shot, done, timer, worker;
static volatile LONG expiries, cycles, bursts;

static void RTFCNDCL again(void* context) {
  LARGE_INTEGER next;
  next.QuadPart = 5000; /* 500 us */
  if (InterlockedIncrement(&expiries) < 10) {
    EXPECT(RtSetTimerRelative(one_shot, &next, NULL));
  } else {
    RtSetEvent(*(HANDLE*)context);
  }
}

static void re_armed_in_its_routine(void) {
  LARGE_INTEGER soon;
  soon.QuadPart = 10000;
  one_shot = RtCreateTimer(NULL, 0, again, &done, RT_PRIORITY_MAX - 1, CLOCK_2);
  EXPECT(one_shot != NULL && RtSetTimerRelative(one_shot, &soon, NULL));
  EXPECT(RtWaitForSingleObject(done, LONGEST_WAIT) == WAIT_OBJECT_0 && expiries == 10);
  EXPECT(RtCloseHandle(one_shot)); /* instead of RtDeleteTimer */
  EXPECT(!RtDeleteTimer(one_shot));
}

static void RTFCNDCL cycle(void* context) {
  (void)context;
  InterlockedIncrement(&cycles);
}

static void set_twice_and_cancelled(void) {
  LARGE_INTEGER hour, period, left, hal;
  hour.QuadPart = 36000000000LL;
  period.QuadPart = 10000;
  EXPECT(RtGetClockTimerPeriod(CLOCK_FASTEST, &hal) && hal.QuadPart > 0 && period.QuadPart % hal.QuadPart == 0);
  timer = RtCreateTimer(NULL, 0x40000, cycle, NULL, RT_PRIORITY_MAX, CLOCK_3);
  EXPECT(RtSetTimerRelative(timer, &hour, &hour));
  EXPECT(RtSetTimerRelative(timer, &period, &period));
  while (cycles < 5) Sleep(1);
  EXPECT(RtCancelTimer(timer, &left) && left.QuadPart <= period.QuadPart);
  EXPECT(RtCancelTimer(timer, NULL));
  EXPECT(RtWaitForSingleObject(timer, 2) == WAIT_TIMEOUT);
  EXPECT(RtDeleteTimer(timer));
  EXPECT(!RtCloseHandle(timer) && GetLastError() == ERROR_INVALID_HANDLE);
}

/* The worker works in bursts: it suspends itself, the timer resumes it. Resuming it once more is harmless. */
static ULONG RTFCNDCL work_in_bursts(void* context) {
  (void)context;
  while (bursts < 20) {
    SuspendThread(GetCurrentThread());
    InterlockedIncrement(&bursts);
  }
  return 0;
}
static void RTFCNDCL next_burst(void* context) {
  (void)context;
  EXPECT(ResumeThread(worker) != 0xFFFFFFFF);
}

/* A thread that spins is held up from the timer routine, and let go again. */
static volatile LONG counted, stopped;
static DWORD WINAPI spin(LPVOID context) {
  (void)context;
  while (!stopped) {
    ++counted;
    Sleep(0);
  }
  return 0;
}
static void RTFCNDCL hold_and_let_go(void* context) {
  static BOOL held;
  (void)context;
  EXPECT((held ? ResumeThread(worker) : SuspendThread(worker)) != 0xFFFFFFFF);
  held = !held;
  if (!held && InterlockedIncrement(&cycles) == 10) RtSetEvent(done);
}

static void suspend_manager(void) {
  LARGE_INTEGER period;
  DWORD id;
  LONG seen;
  period.QuadPart = 20000; /* 2 ms */

  worker = CreateThread(NULL, 0, (LPTHREAD_START_ROUTINE)work_in_bursts, NULL, 0, &id);
  timer = RtCreateTimer(NULL, 0, next_burst, NULL, RT_PRIORITY_MAX, CLOCK_FASTEST);
  EXPECT(worker != NULL && RtSetTimerRelative(timer, &period, &period));
  EXPECT(RtWaitForSingleObject(worker, LONGEST_WAIT) == WAIT_OBJECT_0 && bursts == 20);
  EXPECT(RtDeleteTimer(timer) && CloseHandle(worker));

  cycles = 0;
  worker = CreateThread(NULL, 0, spin, NULL, 0, &id);
  timer = RtCreateTimer(NULL, 0, hold_and_let_go, NULL, RT_PRIORITY_MAX, CLOCK_FASTEST);
  EXPECT(RtSetTimerRelative(timer, &period, &period));
  EXPECT(RtWaitForSingleObject(done, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(RtDeleteTimer(timer));
  while (ResumeThread(worker) != 0) continue;
  seen = counted;
  while (counted == seen) Sleep(1);
  stopped = 1;
  EXPECT(RtWaitForSingleObject(worker, LONGEST_WAIT) == WAIT_OBJECT_0 && CloseHandle(worker));
}

/* Main threads that have nothing to do: suspended, or waiting on a timer, until a worker ends the process. */
static DWORD WINAPI end_the_process(LPVOID main_thread) {
  (void)main_thread;
  Sleep(20);
  ALL_AS_EXPECTED();
  ExitProcess(0);
}

void _cdecl main(int argc, char** argv, char** envp) {
  EXPECT(argc == 3 && argv[3] == NULL && envp[0] != NULL);
  done = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  re_armed_in_its_routine();
  set_twice_and_cancelled();
  suspend_manager();
  timer = RtCreateTimer(NULL, 0, cycle, NULL, RT_PRIORITY_MIN, CLOCK_1);
  CreateThread(NULL, 0, end_the_process, NULL, 0, NULL);
  if (argv[1][0] == 'o') RtWaitForSingleObject(timer, INFINITE);
  while (1) SuspendThread(GetCurrentThread());
}
