/* Calls every function of the API once, by the name that programs use. Compiled as C and as C++, with and without
 * UNICODE, with both sizes of wchar_t: each must reach the entry point for its own kind of text. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RTLD_DEFAULT */
#endif
#include <dlfcn.h>
#include <rtapi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef UNICODE
#define NAME(text) L##text
typedef WCHAR Text;
#else
#define NAME(text) text
typedef char Text;
#endif

#ifndef __cplusplus
_Static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(DWORD) == 4 && sizeof(BOOL) == 4, "Windows widths");
_Static_assert(MAXNUM_RTPROCESSORS == 63 && MAXNUM_TOTALPROCESSORS == 64 && PLS_NINDEX == 160, "RTX64's limits");
_Static_assert(CREATE_USE_LOCAL_MEMORY == 0x4000 && CREATE_2003NET_DEBUG == 0x8000, "flags of a process");
_Static_assert(RtProcThreadAttributeUseLocalMemory == 0x1008 && RT_CUSTOM_ERROR(24) == 0x20000018, "codes of RTX64");
_Static_assert(sizeof(LONGLONG) == 8 && sizeof(ULONGLONG) == 8, "Windows widths");
_Static_assert(sizeof(HANDLE) == sizeof(void*) && sizeof(WCHAR) == sizeof(wchar_t), "Windows widths");
_Static_assert(sizeof(LARGE_INTEGER) == 8 && sizeof(ULARGE_INTEGER) == 8, "Windows widths");
_Static_assert(offsetof(LARGE_INTEGER, HighPart) == 4 && offsetof(ULARGE_INTEGER, u.HighPart) == 4, "Windows layout");
#endif

static char namespace_file[128];

static void remove_namespace(void) { unlink(namespace_file); }

static void use_a_namespace_of_my_own(void) {
  char name[64];
  snprintf(name, sizeof name, "every-function-%d", (int)getpid());
  setenv("RTSS_NAMESPACE", name, 1);
  snprintf(namespace_file, sizeof namespace_file, "/dev/shm/rtss-%d-%s", (int)getuid(), name);
  atexit(remove_namespace);
}

static void check(int holds, const char* what, int line) {
  if (holds) return;
  fprintf(stderr, "line %d: %s; last error %u\n", line, what, (unsigned)GetLastError());
  exit(1);
}
#define CHECK(condition) check(condition, #condition, __LINE__)

static void call_mutex_functions(void) {
  RTSS_MUTEX_STATE state = {sizeof state, 0, 0, 0, 0};
  HANDLE created = RtCreateMutex(NULL, TRUE, NAME("Motion Lock"));
  HANDLE opened = RtOpenMutex(MUTEX_ALL_ACCESS, FALSE, NAME("Motion Lock"));

  CHECK(created != NULL && opened != NULL && created != opened);
  CHECK(RtWaitForSingleObject(opened, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtssQueryMutex(opened, &state));
  CHECK(state.RecursionCount == 2 && state.OwnerProcessId == (DWORD)getpid() && !state.Abandoned);
  CHECK(RtssPin(created, TRUE) && RtssPin(opened, FALSE) && !RtssPin(NULL, TRUE));
  CHECK(RtReleaseMutex(opened) && RtReleaseMutex(created));
  CHECK(!RtReleaseMutex(created) && GetLastError() == ERROR_NOT_OWNER);
  CHECK(RtCloseHandle(created) && RtCloseHandle(opened));
}

static void call_event_functions(void) {
  RTSS_EVENT_STATE state = {sizeof state, 0, 0};
  ULARGE_INTEGER poll = {{0, 0}};
  HANDLE created = RtCreateEvent(NULL, TRUE, FALSE, NAME("Start"));
  HANDLE opened = RtOpenEvent(SYNCHRONIZE, FALSE, NAME("Start"));

  CHECK(created != NULL && opened != NULL);
  CHECK(RtSetEvent(created) && RtWaitForSingleObjectEx(opened, &poll) == WAIT_OBJECT_0);
  CHECK(RtssQueryEvent(opened, &state) && state.Signaled && state.ManualReset);
  CHECK(RtResetEvent(created) && RtWaitForSingleObjectEx(opened, &poll) == WAIT_TIMEOUT);
  CHECK(RtSetEvent(created) && RtPulseEvent(created) && RtWaitForSingleObject(opened, 0) == WAIT_TIMEOUT);
  CHECK(RtCloseHandle(created) && RtCloseHandle(opened));
}

static void call_semaphore_functions(void) {
  RTSS_SEMAPHORE_STATE state = {sizeof state, 0, 0};
  ULARGE_INTEGER poll = {{0, 0}};
  LONG previous = -1;
  HANDLE handles[2];
  handles[0] = RtCreateSemaphore(NULL, 1, 5, NAME("Slots"));
  handles[1] = RtOpenSemaphore(PAGE_READWRITE, FALSE, NAME("Slots"));

  CHECK(handles[0] != NULL && handles[1] != NULL);
  CHECK(RtReleaseSemaphore(handles[1], 2, &previous) && previous == 1);
  CHECK(RtWaitForMultipleObjects(2, handles, FALSE, 0) == WAIT_OBJECT_0);
  CHECK(RtWaitForMultipleObjectsEx(1, handles + 1, TRUE, &poll) == WAIT_OBJECT_0);
  CHECK(RtssQuerySemaphore(handles[0], &state) && state.CurrentCount == 1 && state.MaximumCount == 5);
  CHECK(!RtssQuerySemaphore(NULL, &state) && RtGetLastError() == ERROR_INVALID_HANDLE);
  CHECK(RtCloseHandle(handles[0]) && RtCloseHandle(handles[1]));
}

static void call_thread_functions(void) {
  const int level = RtGetThreadPriority(RtGetCurrentThread());

  CHECK(level != THREAD_PRIORITY_ERROR_RETURN);
  CHECK(!RtSetThreadPriority(RtGetCurrentThread(), RT_PRIORITY_MAX + 1) && GetLastError() == ERROR_INVALID_PARAMETER);
  CHECK(!RtSetThreadPriority(NULL, RT_PRIORITY_MIN) && GetLastError() == ERROR_INVALID_HANDLE);
  SetLastError(7);
  CHECK(RtGetLastError() == 7);
  RtSetLastError(8);
  CHECK(GetLastError() == 8);
}

static DWORD RTFCNDCL add_one(LPVOID parameter) { return ++*(DWORD*)parameter; }
static DWORD RTFCNDCL exit_at_once(LPVOID parameter) {
  (void)parameter;
  RtExitThread(5);
}

static void call_created_threads(void) {
  DWORD number = 1;
  DWORD code = 0;
  DWORD id = 0;
  FILETIME times[3];
  HANDLE thread = RtCreateThread(NULL, 65536, add_one, &number, CREATE_SUSPENDED, &id);

  CHECK(thread != NULL && id != 0 && id != RtGetCurrentThreadId());
  CHECK(RtSetThreadPriority(thread, 3) && RtGetThreadPriority(thread) == 3);
  CHECK(RtSetProxyThreadPriority(thread, 4) && RtGetProxyThreadPriority(thread) == 4);
  CHECK(RtSetThreadTimeQuantum(thread, 0) && RtSetThreadTimeQuantumEx(thread, 0));
  CHECK(RtGetThreadTimeQuantum(thread) == 0 && RtGetThreadTimeQuantumEx(thread) == INVALID_QUANTUM);
  CHECK(RtGetThreadTimes(thread, times, times + 1, times + 2));
  CHECK(RtSetThreadAffinityMask(thread, 1) != 0 && RtSetThreadIdealProcessor(thread, 0) == 0);
  CHECK(RtSuspendThread(thread) == 1 && RtResumeThread(thread) == 2 && RtResumeThread(thread) == 1);
  CHECK(RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtGetExitCodeThread(thread, &code) && code == 2 && RtTerminateThread(thread, 0) && RtCloseHandle(thread));

  thread = RtCreateThread(NULL, 0, exit_at_once, NULL, 0, NULL);
  CHECK(RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtGetExitCodeThread(thread, &code) && code == 5 && RtCloseHandle(thread));
  CHECK(RtGetCurrentProcessorNumber() < 4096 && RtssSetSpin(0));
}

static VOID RTFCNDCL set_event(PVOID event) { RtSetEvent(event); }

static void call_timers(void) {
  HANDLE event = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  HANDLE timer = RtCreateTimer(NULL, 0, set_event, event, RT_PRIORITY_MAX, CLOCK_2);
  HANDLE other = RtCreateTimerEx(NULL, 0, set_event, event, RT_PRIORITY_MIN, CLOCK_FASTEST, 1);
  RTSS_TIMER_STATE state = {sizeof state, 0, 0, 0};
  LARGE_INTEGER due;
  due.QuadPart = 10000;

  CHECK(timer != NULL && other != NULL);
  CHECK(RtSetTimerRelative(timer, &due, &due) && RtWaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtGetTimer(timer, &due) && RtCancelTimer(timer, NULL) && RtssQueryTimer(timer, &state) && !state.Set);
  due.QuadPart = -10000;
  CHECK(RtSetTimer(other, &due, NULL) && RtWaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtDeleteTimer(timer) && RtCloseHandle(other) && RtCloseHandle(event));
  CHECK(RtCreateWaitableTimer(NULL, FALSE, NAME("T")) == NULL && RtOpenWaitableTimer(0, FALSE, NAME("T")) == NULL);
  CHECK(!RtSetWaitableTimer(NULL, &due, 0, NULL, NULL, FALSE) && !RtCancelWaitableTimer(NULL));
}

static void call_clocks(void) {
  LARGE_INTEGER time;
  FILETIME filetime;
  CHECK(RtGetClockTime(CLOCK_FASTEST, &time) && RtSetClockTime(CLOCK_2, &time));
  CHECK(RtGetClockResolution(CLOCK_1, &time) && RtGetClockTimerPeriod(CLOCK_SYSTEM, &time));
  CHECK(RtQueryPerformanceCounter(&time) && RtQueryPerformanceFrequency(&time));
  RtGetRtssTimeAsFileTime(&filetime);
  RtSetRtssTimeAsFileTime(&filetime);
  CHECK(GetLastError() == ERROR_NOT_SUPPORTED);
  time.QuadPart = 10;
  RtSleep(0);
  RtSleepFt(&time);
  CHECK(RtSleepEx(1, FALSE) == 0 && RtSleepFtEx(&time, FALSE) == 0);
}

static void call_shared_memory(void) {
  VOID* first = NULL;
  VOID* second = NULL;
  SHARED_MEMORY_INFO info;
  HANDLE created = RtCreateSharedMemory(PAGE_READWRITE, 0, 5000, NAME("Image"), &first);
  HANDLE opened = RtOpenSharedMemory(SHM_MAP_ALL_ACCESS, FALSE, NAME("Image"), &second);
  LPVOID view;

  CHECK(created != NULL && opened != NULL && RtInitSharedMemory() && RtUninitSharedMemory());
  *(int*)first = 5;
  CHECK(*(int*)second == 5 && RtQuerySharedMemory(opened, &info) && info.dwSize == 5000);
  view = RtMapViewOfSharedMemory(created, SHM_MAP_WRITE, 0, 0, 0);
  CHECK(view != NULL && RtUnmapViewOfSharedMemory(view) && RtUnmapSharedMemory(second));
  CHECK(RtCloseHandle(created) && RtCloseHandle(opened));
}

static VOID RTFCNDCL shut_down(PVOID context, LONG reason) {
  (void)context;
  (void)reason;
}

static void call_processes(void) {
  Text line[] = NAME("sleep 100");
  STARTUPINFO startup;
  PROCESS_INFORMATION information;
  DWORD_PTR mask = 0;
  DWORD_PTR machine = 0;
  DWORD code = 0;
  HANDLE handle;

  memset(&startup, 0, sizeof startup);
  startup.cb = sizeof startup;
  CHECK(RtCreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
  handle = RtOpenProcess(PROCESS_ALL_ACCESS, FALSE, information.dwProcessId);
  CHECK(handle != NULL && RtGetExitCodeProcess(handle, &code) && code == STILL_ACTIVE);
  CHECK(RtGetProcessAffinityMask(handle, &mask, &machine) && RtSetProcessAffinityMask(handle, mask));
  CHECK(RtTerminateProcess(handle, 9) && RtWaitForSingleObject(information.hThread, INFINITE) == WAIT_OBJECT_0);
  CHECK(RtGetExitCodeProcess(information.hProcess, &code) && code == 9);
  CHECK(RtCloseHandle(handle) && RtCloseHandle(information.hProcess) && RtCloseHandle(information.hThread));
  CHECK(RtGetCurrentProcessId() == (DWORD)getpid() && RtIsInRtss() && strlen(RtGetCommandLine()) > 0);
  CHECK(RtGetExitCodeProcess(RtGetCurrentProcess(), &code) && code == STILL_ACTIVE);
  handle = RtAttachShutdownHandler(NULL, 0, shut_down, NULL, 1);
  CHECK(handle != NULL && RtReleaseShutdownHandler(handle));
}

static void call_memory(void) {
  ULONG size = 0;
  PVOID memory = RtAllocateLockedMemory(100);
  CHECK(memory != NULL && RtFreeLockedMemory(memory));
  memory = RtAllocateLocalMemory(100);
  CHECK(memory != NULL && RtFreeLocalMemory(memory));
  memory = RtAllocateLocalMemoryEx(100, RTALLOC_NOT_ZERO_MEMORY);
  CHECK(memory != NULL && RtQueryLocalMemory(&size, NULL, NULL) && size >= 100 && RtFreeLocalMemory(memory));
  CHECK(RtExpandLocalMemory(1) && RtShrinkLocalMemory(1) == 0 && RtLockKernel(RT_KLOCK_ALL) &&
        RtUnlockKernel(RT_KLOCK_ALL));
  CHECK(RtLockProcess(RT_PLOCK_ALL) && RtUnlockProcess(RT_PLOCK_ALL) && RtCommitLockStack(4096));
  CHECK(RtCommitLockProcessHeap(4096, NULL) && RtCommitLockHeap(NULL, 4096, NULL));
}

static int print_to(char* buffer, SIZE_T capacity, LPCSTR format, ...) {
  va_list arguments;
  int size;
  va_start(arguments, format);
  RtssPrintAsMsvcrt(FALSE);
  size = RtssVsnprintf(buffer, capacity, format, arguments);
  va_end(arguments);
  return size;
}

static int print_wide_to(WCHAR* buffer, SIZE_T capacity, LPCWSTR format, ...) {
  va_list arguments;
  int size;
  va_start(arguments, format);
  size = RtssVsnwprintf(buffer, capacity, format, arguments);
  va_end(arguments);
  return size;
}

static void call_console(void) {
  char text[32];
  WCHAR wide[32];
  DWORD written = 0;
  CHECK(print_to(text, sizeof text, "%ws %I64d", L"\u2713", 1LL << 40) == 17);
  CHECK(strcmp(text, "\xe2\x9c\x93 1099511627776") == 0);
  CHECK(print_wide_to(wide, 32, L"%s%S", L"a", "b") == 2 && wide[0] == L'a' && wide[1] == L'b' && wide[2] == 0);
  CHECK(RtPrintf("%ws\n", L"printed") == 8 && RtWprintf(L"%s\n", L"printed") == 8);
  CHECK(RtAtoi("12") == 12 && RtWtoi(L"-12") == -12);
  CHECK(RtWriteConsole(RtGetStdHandle(STD_OUTPUT_HANDLE), "written\n", 8, &written, NULL) && written == 8);
  CHECK(RtGenerateEvent(1, text, 4) && RtTraceEvent(1, text, 4) && !RtMonitorControl(MONITOR_CONTROL_STOP, NULL, 0) &&
        !RtMonitorChangeState(MONITOR_CONTROL_STOP));
}

#define CHECK_REFUSED(call) (SetLastError(0), (call), CHECK(GetLastError() == ERROR_NOT_SUPPORTED))

static void call_hardware(void) {
  LARGE_INTEGER address;
  PCI_SLOT_NUMBER slot;
  UCHAR bytes[4];
  USHORT words[4];
  ULONG longs[4];
  address.QuadPart = 0;
  slot.u.AsULONG = 0;
  CHECK_REFUSED(RtEnablePortIo(NULL, 0));
  CHECK_REFUSED(RtDisablePortIo(NULL, 0));
  CHECK_REFUSED((void)RtReadPortUchar(NULL));
  CHECK_REFUSED((void)RtReadPortUshort(NULL));
  CHECK_REFUSED((void)RtReadPortUlong(NULL));
  CHECK_REFUSED(RtWritePortUchar(NULL, 0));
  CHECK_REFUSED(RtWritePortUshort(NULL, 0));
  CHECK_REFUSED(RtWritePortUlong(NULL, 0));
  CHECK_REFUSED(RtReadPortBufferUchar(NULL, bytes, 4));
  CHECK_REFUSED(RtReadPortBufferUshort(NULL, words, 4));
  CHECK_REFUSED(RtReadPortBufferUlong(NULL, longs, 4));
  CHECK_REFUSED(RtWritePortBufferUchar(NULL, bytes, 4));
  CHECK_REFUSED(RtWritePortBufferUshort(NULL, words, 4));
  CHECK_REFUSED(RtWritePortBufferUlong(NULL, longs, 4));
  CHECK_REFUSED(RtAttachInterrupt(NULL));
  CHECK_REFUSED(RtReleaseInterrupt(NULL));
  CHECK_REFUSED(RtAttachInterruptVector(NULL, 0, NULL, NULL, 0, PCIBus, 0, 0, 0));
  CHECK_REFUSED(RtAttachInterruptVectorEx(NULL, 0, NULL, NULL, 0, Isa, 0, 0, 0, FALSE, Latched, NULL));
  CHECK_REFUSED(RtReleaseInterruptVector(NULL));
  CHECK_REFUSED(RtEnableInterrupts());
  CHECK_REFUSED(RtDisableInterrupts());
  CHECK_REFUSED(RtGetBusDataByOffset((BUS_DATA_TYPE)0, 0, 0, bytes, 0, 4));
  CHECK_REFUSED(RtSetBusDataByOffset(PCIConfiguration, 0, 0, bytes, 0, 4));
  CHECK_REFUSED(RtTranslateBusAddress(PCIBus, 0, address, longs, &address));
  CHECK(RtQueryPciMsiCapability(256, slot) == NotMsiMsixCapable);
  CHECK_REFUSED(RtMapMemory(address, 4096, MmCached));
  CHECK_REFUSED(RtUnmapMemory(bytes));
  CHECK(RtFreeContiguousMemory(RtAllocateContiguousMemory(4096, address)));
  CHECK_REFUSED((void)RtGetPhysicalAddress(bytes));
}

static void exit_process(void) { RtExitProcess(0); }

/* The A and W forms of one kind. */
typedef struct Kind {
  HANDLE (*create_a)(LPCSTR);
  HANDLE (*create_w)(LPCWSTR);
  HANDLE (*open_a)(DWORD, BOOL, LPCSTR);
  HANDLE (*open_w)(DWORD, BOOL, LPCWSTR);
} Kind;

static HANDLE create_mutex_a(LPCSTR name) { return RtCreateMutexA(NULL, FALSE, name); }
static HANDLE create_mutex_w(LPCWSTR name) { return RtCreateMutexW(NULL, FALSE, name); }
static HANDLE create_event_a(LPCSTR name) { return RtCreateEventA(NULL, FALSE, FALSE, name); }
static HANDLE create_event_w(LPCWSTR name) { return RtCreateEventW(NULL, FALSE, FALSE, name); }
static HANDLE create_semaphore_a(LPCSTR name) { return RtCreateSemaphoreA(NULL, 0, 1, name); }
static HANDLE create_semaphore_w(LPCWSTR name) { return RtCreateSemaphoreW(NULL, 0, 1, name); }

static void check_that_text_decides_not_its_form(const Kind* kind) {
  static const char kName[] = "Achse \xC3\xA9 \xE2\x9C\x93 \xF0\x9D\x84\x9E";
  static const WCHAR kWideName[] = L"Achse \u00E9 \u2713 \U0001D11E";
  HANDLE handles[4];
  handles[0] = kind->create_w(kWideName);
  CHECK(handles[0] != NULL && GetLastError() == ERROR_SUCCESS);
  handles[1] = kind->open_a(0, FALSE, kName);
  CHECK(handles[1] != NULL && GetLastError() == ERROR_SUCCESS);
  handles[2] = kind->create_a(kName);
  CHECK(handles[2] != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
  handles[3] = kind->open_w(0, FALSE, kWideName);
  CHECK(handles[3] != NULL && GetLastError() == ERROR_SUCCESS);
  for (int i = 0; i < 4; ++i) CHECK(RtCloseHandle(handles[i]));
}

static void check_refused_text(const Kind* kind) {
  static const WCHAR kLoneSurrogate[] = {'a', (WCHAR)0xD800, 'b', 0};

  CHECK(kind->create_w(kLoneSurrogate) == NULL && GetLastError() == ERROR_INVALID_NAME);
  CHECK(kind->open_w(0, FALSE, kLoneSurrogate) == NULL && GetLastError() == ERROR_INVALID_NAME);
  CHECK(kind->create_a("\xC3") == NULL && GetLastError() == ERROR_INVALID_NAME);
  CHECK(kind->open_a(0, FALSE, "\xC3") == NULL && GetLastError() == ERROR_INVALID_NAME);
  CHECK(kind->open_w(0, FALSE, NULL) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
  CHECK(kind->open_w(0, FALSE, L"") == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
  CHECK(kind->open_a(0, FALSE, "") == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
}

/* As a binding for another language does it, without the header. */
static void check_entry_points_by_symbol(void) {
  static const uint16_t kName16[] = {'B', 'i', 'n', 'd', 0x2713, 0xD834, 0xDD1E, 0};
  static const uint32_t kName32[] = {'B', 'i', 'n', 'd', 0x2713, 0x1D11E, 0};
  HANDLE (*create16)(void*, BOOL, const uint16_t*) = NULL;
  HANDLE (*open32)(DWORD, BOOL, const uint32_t*) = NULL;
  void* symbol = dlsym(RTLD_DEFAULT, "RtCreateMutexW");
  memcpy(&create16, &symbol, sizeof symbol);
  symbol = dlsym(RTLD_DEFAULT, "RtOpenMutexW32");
  memcpy(&open32, &symbol, sizeof symbol);

  CHECK(create16 != NULL && open32 != NULL);
  CHECK(create16(NULL, FALSE, kName16) != NULL);
  CHECK(open32(0, FALSE, kName32) != NULL);
  CHECK(RtOpenMutexW(0, FALSE, L"Bind\u2713\U0001D11E") != NULL);
}

int main(void) {
  const Kind mutex = {create_mutex_a, create_mutex_w, RtOpenMutexA, RtOpenMutexW};
  const Kind event = {create_event_a, create_event_w, RtOpenEventA, RtOpenEventW};
  const Kind semaphore = {create_semaphore_a, create_semaphore_w, RtOpenSemaphoreA, RtOpenSemaphoreW};
  const Kind* const kinds[] = {&mutex, &event, &semaphore};
  use_a_namespace_of_my_own();

  call_mutex_functions();
  call_event_functions();
  call_semaphore_functions();
  call_thread_functions();
  call_created_threads();
  call_timers();
  call_clocks();
  call_shared_memory();
  call_processes();
  call_memory();
  call_console();
  call_hardware();
  for (int i = 0; i < 3; ++i) {
    check_that_text_decides_not_its_form(kinds[i]);
    check_refused_text(kinds[i]);
  }
  check_entry_points_by_symbol();
  puts("every function called");
  exit_process();
  return 1;
}
