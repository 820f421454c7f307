/* Win32 calls that real-time programs make besides RTX's: the program and its environment, memory, processes, texts. */
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static void environment(void) {
  TCHAR text[300];
  DWORD length = GetModuleFileName(NULL, text, 300);
  SYSTEM_INFO info;
  MEMORYSTATUSEX memory;
  EXPECT(length > 0 && length == _tcslen(text) && _tcschr(text, '/') != NULL);
  EXPECT(GetModuleFileName(NULL, text, 3) == 3 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
  EXPECT(GetModuleHandle(NULL) != NULL && GetModuleHandle(_T("none.so")) == NULL);
  EXPECT(GetLastError() == ERROR_MOD_NOT_FOUND);
  EXPECT(_tcsstr(GetCommandLine(), _T("\"zwei drei\"")) != NULL && GetCommandLine() == GetCommandLine());
  EXPECT(SetEnvironmentVariableA("RTSS_PORT", "four") && GetEnvironmentVariable(_T("RTSS_PORT"), text, 300) == 4);
  EXPECT(_tcscmp(text, _T("four")) == 0 && GetEnvironmentVariable(_T("RTSS_PORT"), text, 4) == 5);
  EXPECT(SetEnvironmentVariableA("RTSS_PORT", NULL) && GetEnvironmentVariable(_T("RTSS_PORT"), text, 300) == 0);
  EXPECT(GetLastError() == ERROR_ENVVAR_NOT_FOUND && GetCurrentDirectory(300, text) == _tcslen(text));
  GetSystemInfo(&info);
  EXPECT(info.dwNumberOfProcessors >= 1 && info.dwPageSize >= 4096 && (info.dwActiveProcessorMask & 1) == 1);
  memory.dwLength = sizeof memory;
  EXPECT(GlobalMemoryStatusEx(&memory) && memory.ullTotalPhys >= memory.ullAvailPhys && memory.dwMemoryLoad <= 100);
  memory.dwLength = 0;
  EXPECT(!GlobalMemoryStatusEx(&memory) && GetLastError() == ERROR_INVALID_PARAMETER);
}

static void memory(void) {
  DWORD before = 0;
  char* block = (char*)HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 100);
  char* pages;
  EXPECT(block != NULL && block[99] == 0 && HeapSize(GetProcessHeap(), 0, block) >= 100);
  block = (char*)HeapReAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, block, 10000);
  EXPECT(block != NULL && block[9999] == 0 && HeapFree(GetProcessHeap(), 0, block));
  EXPECT(LocalFree(LocalAlloc(LPTR, 8)) == NULL && GlobalFree(GlobalAlloc(GPTR, 8)) == NULL);
  pages = (char*)VirtualAlloc(NULL, 20000, MEM_RESERVE, PAGE_NOACCESS);
  EXPECT(pages != NULL && VirtualAlloc(pages + 4096, 4096, MEM_COMMIT, PAGE_READWRITE) == pages + 4096);
  pages[5000] = 7;
  EXPECT(VirtualProtect(pages + 4096, 4096, PAGE_READONLY, &before) && pages[5000] == 7);
  EXPECT(VirtualFree(pages + 4096, 4096, MEM_DECOMMIT) && VirtualFree(pages, 0, MEM_RELEASE));
  EXPECT(!VirtualFree(pages, 0, MEM_RELEASE) && GetLastError() == ERROR_INVALID_PARAMETER);
  EXPECT(VirtualAlloc(NULL, 0, MEM_COMMIT, PAGE_READWRITE) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
}

static void file_sizes_and_views(void) {
  LARGE_INTEGER number;
  DWORD done = 0;
  char* view;
  HANDLE mapping, copy = NULL,
                  file = CreateFile(_T("data.bin"), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, CREATE_ALWAYS,
                                    FILE_ATTRIBUTE_NORMAL, NULL);
  EXPECT(file != INVALID_HANDLE_VALUE);
  number.QuadPart = 0x100000000LL;
  EXPECT(SetFilePointerEx(file, number, &number, FILE_BEGIN) && number.QuadPart == 0x100000000LL);
  EXPECT(SetEndOfFile(file) && GetFileSizeEx(file, &number) && number.QuadPart == 0x100000000LL);
  number.QuadPart = -1;
  EXPECT(!SetFilePointerEx(file, number, NULL, FILE_BEGIN) && GetLastError() == ERROR_NEGATIVE_SEEK);
  number.QuadPart = 0;
  EXPECT(SetFilePointerEx(file, number, NULL, FILE_BEGIN) && SetEndOfFile(file));
  EXPECT(CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 0, NULL) == NULL);
  mapping = CreateFileMapping(file, NULL, PAGE_READWRITE, 0, 5000, NULL);
  EXPECT(mapping != NULL && GetFileSizeEx(file, &number) && number.QuadPart == 5000);
  EXPECT(DuplicateHandle(GetCurrentProcess(), file, GetCurrentProcess(), &copy, 0, FALSE, DUPLICATE_SAME_ACCESS));
  view = (char*)MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 4096, 0);
  EXPECT(view != NULL && CloseHandle(mapping));
  view[3] = 'v';
  EXPECT(FlushViewOfFile(view, 0) && UnmapViewOfFile(view) && !UnmapViewOfFile(view));
  EXPECT(SetFilePointer(copy, 4099, NULL, FILE_BEGIN) == 4099 && ReadFile(copy, &done, 1, &done, NULL) && done == 1);
  EXPECT(CloseHandle(copy) && CloseHandle(file));
  mapping = CreateFileMapping(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 100, _T("Mapped"));
  EXPECT(mapping != NULL && GetLastError() == 0);
  copy = OpenFileMapping(FILE_MAP_ALL_ACCESS, FALSE, _T("Mapped"));
  view = (char*)MapViewOfFile(copy, FILE_MAP_WRITE, 0, 0, 0);
  EXPECT(view != NULL && view[0] == 0 && UnmapViewOfFile(view) && CloseHandle(mapping) && CloseHandle(copy));
}

static void directories(void) {
  WIN32_FIND_DATA found;
  HANDLE search;
  int files = 0;
  EXPECT(CreateDirectory(_T("logs"), NULL) && GetFileAttributes(_T("logs")) == FILE_ATTRIBUTE_DIRECTORY);
  CloseHandle(CreateFile(_T("logs\\a.txt"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL));
  CloseHandle(CreateFile(_T("logs\\b.txt"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL));
  CloseHandle(CreateFile(_T("logs\\c.bin"), GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL));
  search = FindFirstFile(_T("logs\\*.TXT"), &found);
  EXPECT(search != INVALID_HANDLE_VALUE);
  do {
    ++files;
    EXPECT(found.nFileSizeLow == 0 && _tcsstr(found.cFileName, _T(".txt")) != NULL);
  } while (FindNextFile(search, &found));
  EXPECT(files == 2 && GetLastError() == ERROR_NO_MORE_FILES && FindClose(search) && !FindClose(NULL));
  EXPECT(FindFirstFile(_T("logs\\*.exe"), &found) == INVALID_HANDLE_VALUE && GetLastError() == ERROR_FILE_NOT_FOUND);
  EXPECT(FindFirstFile(_T("none\\*"), &found) == INVALID_HANDLE_VALUE && GetLastError() == ERROR_PATH_NOT_FOUND);
  EXPECT(!MoveFile(_T("logs\\a.txt"), _T("logs\\b.txt")) && GetLastError() == ERROR_ALREADY_EXISTS);
  EXPECT(MoveFileEx(_T("logs\\a.txt"), _T("logs\\b.txt"), MOVEFILE_REPLACE_EXISTING));
  EXPECT(GetFileAttributes(_T("logs\\a.txt")) == INVALID_FILE_ATTRIBUTES && GetLastError() == ERROR_FILE_NOT_FOUND);
  EXPECT(!RemoveDirectory(_T("logs")) && GetLastError() == ERROR_DIR_NOT_EMPTY);
  EXPECT(DeleteFile(_T("logs\\b.txt")) && DeleteFile(_T("logs\\c.bin")) && RemoveDirectory(_T("logs")));
}

static void processes(void) {
  STARTUPINFO startup = {0};
  PROCESS_INFORMATION child;
  TCHAR command[] = _T("/bin/sh -c \"exit 7\"");
  DWORD code = 0;
  HANDLE again, self = NULL;
  startup.cb = sizeof startup;
  EXPECT(CreateProcess(NULL, command, NULL, NULL, FALSE, CREATE_SUSPENDED, NULL, NULL, &startup, &child));
  again = OpenProcess(PROCESS_ALL_ACCESS, FALSE, child.dwProcessId);
  EXPECT(GetExitCodeProcess(child.hProcess, &code) && code == STILL_ACTIVE && ResumeThread(child.hThread) == 1);
  EXPECT(again != NULL && WaitForSingleObjectEx(again, LONGEST_WAIT, FALSE) == WAIT_OBJECT_0);
  EXPECT(GetExitCodeProcess(child.hProcess, &code) && code == 7 && !TerminateProcess(child.hProcess, 1));
  CloseHandle(again);
  CloseHandle(child.hThread);
  CloseHandle(child.hProcess);
  EXPECT(DuplicateHandle(GetCurrentProcess(), GetCurrentProcess(), GetCurrentProcess(), &self, 0, FALSE, 0));
  EXPECT(WaitForSingleObject(self, 0) == WAIT_TIMEOUT && CloseHandle(self));
  EXPECT(!DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0, FALSE, 0));
  EXPECT(GetLastError() == ERROR_NOT_SUPPORTED);
  EXPECT(CreateWaitableTimer(NULL, FALSE, NULL) == NULL && GetLastError() == ERROR_NOT_SUPPORTED);
}

static DWORD WINAPI answer(LPVOID parameter) {
  HANDLE* pair = (HANDLE*)parameter;
  return SignalObjectAndWait(pair[0], pair[1], LONGEST_WAIT, FALSE);
}

static void waits_and_priorities(void) {
  static const int win32[] = {-15, -2, -1, 0, 1, 2, 15}, rtx[] = {0, 1, 2, 3, 4, 5, 127};
  HANDLE pair[2], thread, mutex = CreateMutex(NULL, TRUE, NULL);
  DWORD code = 99;
  size_t i;
  pair[0] = CreateEvent(NULL, FALSE, FALSE, NULL);
  pair[1] = CreateSemaphore(NULL, 0, 1, NULL);
  thread = CreateThread(NULL, 0, answer, pair, CREATE_SUSPENDED, NULL);
  for (i = 0; i < ARRAYSIZE(win32); ++i) {
    EXPECT(SetThreadPriority(thread, win32[i]) && RtGetThreadPriority(thread) == rtx[i]);
    EXPECT(GetThreadPriority(thread) == win32[i]);
  }
  EXPECT(RtSetThreadPriority(thread, 60) && GetThreadPriority(thread) == THREAD_PRIORITY_HIGHEST);
  EXPECT(!SetThreadPriority(thread, 3) && GetLastError() == ERROR_INVALID_PARAMETER);
  ResumeThread(thread);
  SetLastError(4711);
  EXPECT(SignalObjectAndWait(pair[1], pair[0], LONGEST_WAIT, FALSE) == WAIT_OBJECT_0 && GetLastError() == 4711);
  EXPECT(WaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0 && GetExitCodeThread(thread, &code) && code == 0);
  EXPECT(SignalObjectAndWait(mutex, pair[0], 0, FALSE) == WAIT_TIMEOUT && !ReleaseMutex(mutex));
  EXPECT(SignalObjectAndWait(mutex, pair[0], 0, FALSE) == WAIT_FAILED && GetLastError() == ERROR_NOT_OWNER);
  EXPECT(SignalObjectAndWait(NULL, pair[0], 0, FALSE) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
}

static void texts(void) {
  TCHAR text[200], *made = NULL;
  WCHAR wide[8];
  char narrow[8];
  const DWORD flags = FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS;
  const DWORD length = FormatMessage(flags, NULL, ERROR_ACCESS_DENIED, 0, text, 200, NULL);
  EXPECT(length > 2 && length == _tcslen(text) && _tcscmp(text + length - 2, _T("\r\n")) == 0);
  EXPECT(FormatMessage(flags | FORMAT_MESSAGE_ALLOCATE_BUFFER, NULL, ERROR_ACCESS_DENIED,
                       MAKELANGID(LANG_NEUTRAL, SUBLANG_DEFAULT), (LPTSTR)&made, 0, NULL) == length);
  EXPECT(_tcscmp(made, text) == 0 && LocalFree(made) == NULL);
  EXPECT(FormatMessage(flags, NULL, 10061, 0, text, 200, NULL) > 2);
  EXPECT(FormatMessage(flags, NULL, 0xdead, 0, text, 200, NULL) == 0 && GetLastError() == ERROR_MR_MID_NOT_FOUND);
  EXPECT(FormatMessage(flags, NULL, 5, 0, text, 3, NULL) == 0 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
  EXPECT(FormatMessage(0, NULL, 5, 0, text, 200, NULL) == 0 && GetLastError() == ERROR_INVALID_PARAMETER);
  OutputDebugString(_T("to the debugger\n"));

  EXPECT(MultiByteToWideChar(CP_ACP, 0,
                             "\xc3\xa4"
                             "b",
                             -1, NULL, 0) == 3);
  EXPECT(MultiByteToWideChar(CP_UTF8, 0,
                             "\xc3\xa4"
                             "b",
                             -1, wide, 8) == 3 &&
         wide[0] == 0xe4 && wide[1] == 'b');
  EXPECT(MultiByteToWideChar(CP_UTF8, 0, "abc", -1, wide, 3) == 0 && GetLastError() == ERROR_INSUFFICIENT_BUFFER);
  EXPECT(MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, "\xff", -1, wide, 8) == 0);
  EXPECT(GetLastError() == ERROR_NO_UNICODE_TRANSLATION);
  EXPECT(MultiByteToWideChar(CP_UTF8, 0, "\xe2\x82", 2, wide, 8) == 2 && wide[0] == 0xfffd);
  EXPECT(WideCharToMultiByte(CP_UTF8, 0, L"\u20ac", -1, narrow, 8, NULL, NULL) == 4);
  EXPECT(strcmp(narrow, "\xe2\x82\xac") == 0);
}

static void window_prints(void) {
  static TCHAR text[1024];
  static TCHAR large[2000];
  int i;
  EXPECT(wsprintf(text, _T("%s %d"), _T("axis"), 7) == 6 && _tcscmp(text, _T("axis 7")) == 0);
  for (i = 0; i < 1999; ++i) large[i] = 'x';
  EXPECT(wsprintf(text, _T("%s"), large) == 1023 && _tcslen(text) == 1023);
}

static void what_is_refused(void) {
  LARGE_INTEGER due = {{0, 0}};
  EXPECT(CreateWaitableTimerEx(NULL, NULL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TIMER_ALL_ACCESS) == NULL);
  EXPECT(GetLastError() == ERROR_NOT_SUPPORTED);
  EXPECT(!SetWaitableTimerEx(NULL, &due, 0, NULL, NULL, NULL, 0) && GetLastError() == ERROR_NOT_SUPPORTED);
  EXPECT(CreateFile(_T("refused.txt"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL) ==
         INVALID_HANDLE_VALUE);
  EXPECT(GetLastError() == ERROR_NOT_SUPPORTED && GetFileAttributes(_T("refused.txt")) == INVALID_FILE_ATTRIBUTES);
}

static void clocks(void) {
  SYSTEMTIME parts = {2026, 2, 0, 29, 0, 0, 0, 0};
  FILETIME early, late;
  EXPECT(!SystemTimeToFileTime(&parts, &early) && GetLastError() == ERROR_INVALID_PARAMETER);
  parts.wDay = 28;
  parts.wHour = 23;
  parts.wMilliseconds = 7;
  EXPECT(SystemTimeToFileTime(&parts, &early) && FileTimeToSystemTime(&early, &parts));
  EXPECT(parts.wYear == 2026 && parts.wMonth == 2 && parts.wDay == 28 && parts.wHour == 23 && parts.wMilliseconds == 7);
  GetSystemTimeAsFileTime(&late);
  EXPECT(parts.wDayOfWeek == 6 && CompareFileTime(&early, &early) == 0);
  early.dwHighDateTime = 1;
  EXPECT(CompareFileTime(&early, &late) == -1 && CompareFileTime(&late, &early) == 1);
  EXPECT(!SetLocalTime(&parts) && GetLastError() == ERROR_PRIVILEGE_NOT_HELD);
}

static void event_log(void) {
  LPCTSTR lines[1] = {_T("a port was tested")};
  HANDLE source = RegisterEventSource(NULL, _T("rtapi-test"));
  EXPECT(source != NULL && ReportEvent(source, EVENTLOG_INFORMATION_TYPE, 0, 1, NULL, 1, 0, lines, NULL));
  EXPECT(DeregisterEventSource(source) && !ReportEvent(NULL, EVENTLOG_ERROR_TYPE, 0, 1, NULL, 1, 0, lines, NULL));
}

int main(void) {
  environment();
  memory();
  file_sizes_and_views();
  directories();
  processes();
  waits_and_priorities();
  texts();
  window_prints();
  what_is_refused();
  clocks();
  event_log();
  ALL_AS_EXPECTED();
  return 0;
}
