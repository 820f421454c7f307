// Sizes that must not change with the compiler: Windows types, records packed as by /Zp4, records in shared memory.
// Also built with -fshort-wchar.
#include <rtapi.h>
#include <stddef.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static_assert(sizeof(LONG) == 4 && sizeof(ULONG) == 4 && sizeof(DWORD) == 4 && sizeof(BOOL) == 4, "not long");
static_assert(sizeof(__int64) == 8 && sizeof(LONGLONG) == 8 && sizeof(WORD) == 2 && sizeof(BYTE) == 1, "");
static_assert(sizeof(LARGE_INTEGER) == 8 && offsetof(LARGE_INTEGER, HighPart) == 4, "");
static_assert(sizeof(FILETIME) == 8 && sizeof(SYSTEMTIME) == 16, "");

#pragma pack(push, 4)
struct WireRecord {
  WORD kind;
  DWORD length;
  double weight;  // at 8: four bytes later without the pragma
  BYTE flags;
  __int64 stamp;
};
#pragma pack(pop)
static_assert(sizeof(WireRecord) == 28 && offsetof(WireRecord, weight) == 8 && offsetof(WireRecord, stamp) == 20, "");

struct Natural {
  BYTE flag;
  double value;
};
static_assert(sizeof(Natural) == 16, "the pragma ends where it should");

struct Label {
  WCHAR text[8];
};
static_assert(sizeof(Label) == 8 * sizeof(wchar_t), "16 bytes on Windows and with -fshort-wchar, 32 otherwise");

struct __declspec(align(32)) Aligned {
  BYTE flag;
};
static_assert(sizeof(Aligned) == 32, "");
__declspec(thread) static LONG own = 1;

extern "C" __declspec(dllexport) DWORD WINAPI with_its_own(LPVOID) { return (DWORD)++own; }

int _tmain(int argc, _TCHAR** argv) {
  // Half of a LARGE_INTEGER written alone leaves the other as it was.
  LARGE_INTEGER time;
  time.QuadPart = 0;
  time.LowPart = 500;
  EXPECT(time.QuadPart == 500 && time.u.HighPart == 0);
  own = 10;
  HANDLE thread = CreateThread(NULL, 0, with_its_own, NULL, 0, NULL);
  DWORD code = 0;
  EXPECT(RtWaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code == 2);
  EXPECT(own == 10 && CloseHandle(thread));
  const LONG negative = -1;
  EXPECT((ULONG)negative == 0xFFFFFFFF && (__int64)negative == -1);

  // sizeof a pointer instead of what it points to: eight bytes, and a page behind them.
  void* location = NULL;
  HANDLE small = RtCreateSharedMemory(SHM_MAP_ALL_ACCESS, 0, sizeof(WireRecord*), _T("MSI.shm"), &location);
  EXPECT(small != NULL && GetLastError() == 0);
  WireRecord* record = (WireRecord*)location;
  record->weight = 1.5;
  const DWORD accesses[] = {SHM_MAP_WRITE, SHM_MAP_ALL_ACCESS, PAGE_READWRITE, SHM_MAP_READ, 0};
  for (int i = 0; i < 5; ++i) {
    void* again = NULL;
    HANDLE opened = RtOpenSharedMemory(accesses[i], FALSE, _T("MSI.shm"), &again);
    EXPECT(opened != NULL && ((WireRecord*)again)->weight == 1.5 + i);
    ((WireRecord*)again)->weight += 1;
    EXPECT(RtCloseHandle(opened));
  }
  void* twice = NULL;
  HANDLE existing = RtCreateSharedMemory(PAGE_READWRITE, 0, 1 << 20, _T("MSI.shm"), &twice);
  EXPECT(existing != NULL && GetLastError() == ERROR_ALREADY_EXISTS && ((WireRecord*)twice)->weight == 6.5);
  EXPECT(RtOpenSharedMemory(PAGE_READWRITE, FALSE, _T("Missing.shm"), &twice) == NULL && twice == NULL);
  EXPECT(GetLastError() == ERROR_FILE_NOT_FOUND);
  EXPECT(RtCloseHandle(small) && RtCloseHandle(existing));
  ALL_AS_EXPECTED();
  return 0;
}
