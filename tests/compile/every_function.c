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
#else
#define NAME(text) text
#endif

#ifndef __cplusplus
_Static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(DWORD) == 4 && sizeof(BOOL) == 4, "Windows widths");
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
  for (int i = 0; i < 3; ++i) {
    check_that_text_decides_not_its_form(kinds[i]);
    check_refused_text(kinds[i]);
  }
  check_entry_points_by_symbol();
  puts("every function called");
  return 0;
}
