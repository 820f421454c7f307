// C++ habits of RTX programs: objects made before main and released after it, NULL handles in arrays, handles in shared
// memory, releasing what one does not own, files and locks beside real-time objects.
#include <RtssApi.h>
#include <tchar.h>
#include <windows.h>

#include <cstdio>

#include "expect.h"

class Lock {
 public:
  Lock() : mutex_(RtCreateMutex(NULL, FALSE, _T("Static::Lock"))) { EXPECT(mutex_ != NULL); }
  ~Lock() {
    RtReleaseMutex(mutex_);  // not owned: FALSE, nothing else
    if (!RtCloseHandle(mutex_)) std::printf("the destructor could not close\n");
  }
  HANDLE mutex_;
};
static Lock lock;

struct Shared {
  HANDLE stale;
  LONG count;
};

int _tmain(int argc, _TCHAR** argv) {
  EXPECT(argc == 3 && argv[1][0] == _T('o'));
  EXPECT(WaitForSingleObject(lock.mutex_, INFINITE) == WAIT_OBJECT_0);
  EXPECT(ReleaseMutex(lock.mutex_));
  EXPECT(!ReleaseMutex(lock.mutex_) && GetLastError() == ERROR_NOT_OWNER);

  void* address = NULL;
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(Shared), _T("Static::Memory"), &address);
  EXPECT(memory != NULL && address != NULL && GetLastError() == 0);
  Shared* shared = static_cast<Shared*>(address);
  EXPECT(shared->count == 0 && RtWaitForSingleObject(shared->stale, 0) == WAIT_FAILED);
  void* again = NULL;
  HANDLE opened = RtOpenSharedMemory(SHM_MAP_WRITE, FALSE, _T("Static::Memory"), &again);
  EXPECT(opened != NULL);
  shared->count = 5;
  EXPECT(static_cast<Shared*>(again)->count == 5);

  HANDLE handles[2] = {lock.mutex_, NULL};
  EXPECT(RtWaitForMultipleObjects(2, handles, FALSE, 50) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);

  CRITICAL_SECTION section;
  InitializeCriticalSection(&section);
  EnterCriticalSection(&section);
  EXPECT(TryEnterCriticalSection(&section));
  LeaveCriticalSection(&section);
  LeaveCriticalSection(&section);
  DeleteCriticalSection(&section);

  FILETIME start = {0, 0};
  SYSTEMTIME when;
  EXPECT(FileTimeToSystemTime(&start, &when) && when.wYear == 1601 && when.wMonth == 1 && when.wDay == 1);

  const TCHAR* path = _T("objects.tmp");
  HANDLE file = CreateFile(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file != INVALID_HANDLE_VALUE);
  DWORD bytes = 0;
  EXPECT(WriteFile(file, "abcd", 4, &bytes, NULL) && bytes == 4);
  EXPECT(SetFilePointer(file, 2, NULL, FILE_BEGIN) == 2);
  char buffer[4] = {};
  EXPECT(ReadFile(file, buffer, sizeof buffer, &bytes, NULL) && bytes == 2 && buffer[0] == 'c');
  EXPECT(CloseHandle(file) && DeleteFile(path));
  EXPECT(RtWaitForSingleObject(file, 0) == WAIT_FAILED);

  EXPECT(CloseHandle(memory) && CloseHandle(opened));
  ALL_AS_EXPECTED();
  return 0;
}
