/* Mutexes, events and semaphores: results and last errors. */
#include "oracle.h"

#define TELL(call)                                                        \
  do {                                                                    \
    SetLastError(12345);                                                  \
    const int result = (int)(call);                                       \
    answer("objects", #call, "%d error %d", result, (int)GetLastError()); \
  } while (0)

static HANDLE other_thread_gate;
static DWORD WINAPI own_and_end(LPVOID mutex) { return WaitForSingleObject((HANDLE)mutex, 0); }
static DWORD WINAPI poll_it(LPVOID object) { return WaitForSingleObject((HANDLE)object, 0); }
static DWORD WINAPI release_it(LPVOID mutex) { return ReleaseMutex((HANDLE)mutex) ? 1000 : GetLastError(); }
static int elsewhere(LPTHREAD_START_ROUTINE routine, HANDLE object) {
  DWORD code = 0;
  const HANDLE thread = CreateThread(NULL, 0, routine, object, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  GetExitCodeThread(thread, &code);
  CloseHandle(thread);
  return (int)code;
}

void object_cases(void) {
  LONG previous = -7;
  HANDLE mutex = CreateMutexA(NULL, TRUE, "oracle mutex");
  HANDLE event = CreateEventA(NULL, FALSE, TRUE, "oracle event");
  HANDLE manual = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE semaphore = CreateSemaphoreA(NULL, 1, 2, "oracle semaphore");
  HANDLE both[2] = {event, manual}, twice[2] = {event, event}, bad[2] = {event, NULL},
         pseudo[2] = {event, GetCurrentProcess()};
  other_thread_gate = NULL;
  TELL(CreateMutexA(NULL, FALSE, "oracle mutex") != NULL);
  TELL(CreateMutexA(NULL, FALSE, "oracle event") != NULL);
  TELL(OpenMutexA(SYNCHRONIZE, FALSE, "oracle mutex") != NULL);
  TELL(OpenMutexA(SYNCHRONIZE, FALSE, "oracle none") != NULL);
  TELL(OpenEventA(SYNCHRONIZE, FALSE, "oracle mutex") != NULL);
  TELL(OpenSemaphoreA(SYNCHRONIZE, FALSE, "Oracle semaphore") != NULL);
  TELL(CreateEventA(NULL, FALSE, FALSE, "oracle new event") != NULL);
  TELL(CreateSemaphoreA(NULL, 0, 0, NULL) != NULL);
  TELL(CreateSemaphoreA(NULL, 3, 2, NULL) != NULL);
  TELL(CreateSemaphoreA(NULL, -1, 2, NULL) != NULL);
  TELL(CreateSemaphoreA(NULL, 2, 2, NULL) != NULL);
  TELL(WaitForSingleObject(mutex, 0));
  TELL(ReleaseMutex(mutex));
  TELL(elsewhere(poll_it, mutex));
  TELL(elsewhere(release_it, mutex));
  TELL(ReleaseMutex(mutex));
  TELL(ReleaseMutex(mutex));
  TELL(elsewhere(own_and_end, mutex));
  TELL(WaitForSingleObject(mutex, 0));
  TELL(WaitForSingleObject(mutex, 0));
  TELL(ReleaseMutex(mutex));
  TELL(ReleaseMutex(mutex));
  TELL(WaitForSingleObject(event, 0));
  TELL(WaitForSingleObject(event, 0));
  TELL(SetEvent(event));
  TELL(SetEvent(event));
  TELL(WaitForSingleObject(event, 5));
  TELL(WaitForSingleObject(event, 5));
  TELL(PulseEvent(event));
  TELL(WaitForSingleObject(event, 0));
  TELL(SetEvent(manual));
  TELL(WaitForSingleObject(manual, 0));
  TELL(WaitForSingleObject(manual, 0));
  TELL(WaitForMultipleObjects(2, both, FALSE, 0));
  TELL(WaitForMultipleObjects(2, both, TRUE, 0));
  TELL(SetEvent(event));
  TELL(WaitForMultipleObjects(2, both, TRUE, 0));
  TELL(WaitForMultipleObjects(2, both, FALSE, 0));
  TELL(ResetEvent(manual));
  TELL(WaitForMultipleObjects(2, both, FALSE, 0));
  TELL(WaitForMultipleObjects(0, both, FALSE, 0));
  TELL(WaitForMultipleObjects(65, both, FALSE, 0));
  TELL(WaitForMultipleObjects(2, bad, FALSE, 0));
  TELL(WaitForMultipleObjects(2, twice, TRUE, 0));
  TELL(WaitForMultipleObjects(2, twice, FALSE, 0));
  TELL(WaitForMultipleObjects(2, pseudo, FALSE, 0));
  TELL(WaitForSingleObject(NULL, 0));
  TELL(WaitForSingleObject((HANDLE)0x1234560, 0));
  TELL(WaitForSingleObject(GetCurrentProcess(), 0));
  TELL(WaitForSingleObject(GetCurrentThread(), 5));
  TELL(WaitForSingleObject(semaphore, 0));
  TELL(WaitForSingleObject(semaphore, 0));
  TELL(ReleaseSemaphore(semaphore, 1, &previous) * 100 + previous);
  TELL(ReleaseSemaphore(semaphore, 2, &previous));
  TELL(ReleaseSemaphore(semaphore, 1, &previous) * 100 + previous);
  TELL(ReleaseSemaphore(semaphore, 1, NULL));
  TELL(ReleaseSemaphore(semaphore, 0, NULL));
  TELL(ReleaseSemaphore(semaphore, -1, NULL));
  TELL(SetEvent(mutex));
  TELL(ResetEvent(semaphore));
  TELL(ReleaseMutex(event));
  TELL(ReleaseSemaphore(mutex, 1, NULL));
  TELL(SetEvent(NULL));
  TELL(CloseHandle(semaphore));
  TELL(CloseHandle(semaphore));
  TELL(CloseHandle(NULL));
  TELL(ReleaseSemaphore(semaphore, 1, NULL));
}
