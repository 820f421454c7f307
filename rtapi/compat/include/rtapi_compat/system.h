/** @file
 * The machine, the program and its environment.
 */
#ifndef RTAPI_COMPAT_SYSTEM_H
#define RTAPI_COMPAT_SYSTEM_H

#include "rtapi_compat/files.h"
#include "rtapi_compat/unicode.h"

#define PROCESSOR_ARCHITECTURE_INTEL 0
#define PROCESSOR_ARCHITECTURE_ARM64 12
#define PROCESSOR_ARCHITECTURE_AMD64 9

typedef struct _SYSTEM_INFO {
  __extension__ union {
    DWORD dwOemId;
    __extension__ struct { WORD wProcessorArchitecture, wReserved; };
  };
  DWORD dwPageSize;
  LPVOID lpMinimumApplicationAddress, lpMaximumApplicationAddress;
  DWORD_PTR dwActiveProcessorMask;
  DWORD dwNumberOfProcessors, dwProcessorType, dwAllocationGranularity;
  WORD wProcessorLevel, wProcessorRevision;
} SYSTEM_INFO, *LPSYSTEM_INFO;

static inline VOID GetSystemInfo(LPSYSTEM_INFO info) {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  memset(info, 0, sizeof *info);
  info->wProcessorArchitecture = sizeof(void*) == 4 ? PROCESSOR_ARCHITECTURE_INTEL : PROCESSOR_ARCHITECTURE_AMD64;
#ifdef __aarch64__
  info->wProcessorArchitecture = PROCESSOR_ARCHITECTURE_ARM64;
#endif
  info->dwPageSize = info->dwAllocationGranularity = (DWORD)sysconf(_SC_PAGESIZE);
  info->lpMinimumApplicationAddress = (LPVOID)(uintptr_t)0x10000;
  info->lpMaximumApplicationAddress = (LPVOID)(uintptr_t)0x7fffffffefffULL;
  info->dwNumberOfProcessors = (DWORD)count;
  info->dwActiveProcessorMask = count >= 64 ? ~(DWORD_PTR)0 : ((DWORD_PTR)1 << count) - 1;
}

typedef struct _MEMORYSTATUSEX {
  DWORD dwLength, dwMemoryLoad;
  ULONGLONG ullTotalPhys, ullAvailPhys, ullTotalPageFile, ullAvailPageFile;
  ULONGLONG ullTotalVirtual, ullAvailVirtual, ullAvailExtendedVirtual;
} MEMORYSTATUSEX, *LPMEMORYSTATUSEX;

static inline BOOL GlobalMemoryStatusEx(LPMEMORYSTATUSEX status) {
  if (status == NULL || status->dwLength != sizeof *status) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  const ULONGLONG page = (ULONGLONG)sysconf(_SC_PAGESIZE);
  status->ullTotalPhys = status->ullTotalPageFile = (ULONGLONG)sysconf(_SC_PHYS_PAGES) * page;
  status->ullAvailPhys = status->ullAvailPageFile = (ULONGLONG)sysconf(_SC_AVPHYS_PAGES) * page;
  status->ullTotalVirtual = status->ullAvailVirtual = 0x7fffffffefffULL;
  status->ullAvailExtendedVirtual = 0;
  status->dwMemoryLoad = (DWORD)((status->ullTotalPhys - status->ullAvailPhys) * 100 / status->ullTotalPhys);
  return TRUE;
}

/* Text for a caller's buffer: its length, or the size it needs, terminator included, if it does not fit. */
static inline DWORD rtapi_compat_text_out(LPCSTR text, LPSTR buffer, DWORD size) {
  const size_t length = strlen(text);
  if (length >= size) return (DWORD)length + 1;
  memcpy(buffer, text, length + 1);
  return (DWORD)length;
}
static inline DWORD rtapi_compat_wide_out(LPCSTR text, LPWSTR buffer, DWORD size) {
  const DWORD needed = (DWORD)MultiByteToWideChar(CP_UTF8, 0, text, -1, NULL, 0);
  if (needed > size) return needed;
  MultiByteToWideChar(CP_UTF8, 0, text, -1, buffer, (int)size);
  return needed - 1;
}

static inline LPSTR GetCommandLineA(VOID) { return RtGetCommandLineA(); }
/* Made at the first call, and kept. */
static inline LPWSTR GetCommandLineW(VOID) {
  static LPWSTR kept;
  LPWSTR none = NULL, made;
  if (__atomic_load_n(&kept, __ATOMIC_ACQUIRE) != NULL) return kept;
  const DWORD size = rtapi_compat_wide_out(RtGetCommandLineA(), NULL, 0);
  made = (LPWSTR)malloc(size * sizeof(WCHAR));
  if (made == NULL) abort();
  rtapi_compat_wide_out(RtGetCommandLineA(), made, size);
  if (!__atomic_compare_exchange_n(&kept, &none, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) free(made);
  return kept;
}

/* The program's file. What does not fit is cut, with ERROR_INSUFFICIENT_BUFFER. Only the program itself (NULL). */
static inline DWORD GetModuleFileNameA(HMODULE module, LPSTR buffer, DWORD size) {
  char path[4096];
  const ssize_t length = module == NULL ? readlink("/proc/self/exe", path, sizeof path - 1) : -1;
  if (length < 0 || buffer == NULL || size == 0) {
    SetLastError(module != NULL ? ERROR_MOD_NOT_FOUND : ERROR_INVALID_PARAMETER);
    return 0;
  }
  path[length] = '\0';
  if ((DWORD)length < size) return rtapi_compat_text_out(path, buffer, size);
  memcpy(buffer, path, size - 1);
  buffer[size - 1] = '\0';
  SetLastError(ERROR_INSUFFICIENT_BUFFER);
  return size;
}
static inline DWORD GetModuleFileNameW(HMODULE module, LPWSTR buffer, DWORD size) {
  char path[4096];
  if (GetModuleFileNameA(module, path, sizeof path) == 0) return 0;
  const DWORD length = buffer == NULL || size == 0 ? size : rtapi_compat_wide_out(path, buffer, size);
  if (length < size) return length;
  if (size != 0 && buffer != NULL) buffer[0] = 0;
  SetLastError(ERROR_INSUFFICIENT_BUFFER);
  return size;
}
/* The program itself (NULL), or a library that is loaded. */
static inline HMODULE GetModuleHandleA(LPCSTR name) {
  void* const module = dlopen(name, RTLD_NOW | RTLD_NOLOAD);
  if (module == NULL) SetLastError(ERROR_MOD_NOT_FOUND);
  if (module != NULL) dlclose(module);
  return module;
}
static inline HMODULE GetModuleHandleW(LPCWSTR name) {
  char path[4096];
  if (name == NULL) return GetModuleHandleA(NULL);
  if (rtapi_compat_utf8(name, path, sizeof path)) return GetModuleHandleA(path);
  SetLastError(ERROR_MOD_NOT_FOUND);
  return NULL;
}

static inline DWORD GetEnvironmentVariableA(LPCSTR name, LPSTR buffer, DWORD size) {
  const char* const value = name == NULL ? NULL : getenv(name);
  if (value != NULL) return rtapi_compat_text_out(value, buffer, size);
  SetLastError(ERROR_ENVVAR_NOT_FOUND);
  return 0;
}
static inline DWORD GetEnvironmentVariableW(LPCWSTR name, LPWSTR buffer, DWORD size) {
  char narrow[4096];
  const char* const value = name != NULL && rtapi_compat_utf8(name, narrow, sizeof narrow) ? getenv(narrow) : NULL;
  if (value != NULL) return rtapi_compat_wide_out(value, buffer, size);
  SetLastError(ERROR_ENVVAR_NOT_FOUND);
  return 0;
}
/* As setenv: no other thread may read the environment meanwhile. */
static inline BOOL SetEnvironmentVariableA(LPCSTR name, LPCSTR value) {
  if (name != NULL && (value == NULL ? unsetenv(name) : setenv(name, value, 1)) == 0) return TRUE;
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}
static inline DWORD GetCurrentDirectoryA(DWORD size, LPSTR buffer) {
  char path[4096];
  if (!rtapi_compat_done(getcwd(path, sizeof path) == NULL)) return 0;
  return rtapi_compat_text_out(path, buffer, size);
}
static inline DWORD GetCurrentDirectoryW(DWORD size, LPWSTR buffer) {
  char path[4096];
  if (!rtapi_compat_done(getcwd(path, sizeof path) == NULL)) return 0;
  return rtapi_compat_wide_out(path, buffer, size);
}
static inline BOOL SetCurrentDirectoryA(LPCSTR path) {
  char linux_path[4096];
  return rtapi_compat_path(path, linux_path) && rtapi_compat_path_done(linux_path, chdir(linux_path) != 0);
}
/* *size is the buffer's size, then the name's length. */
static inline BOOL GetComputerNameA(LPSTR buffer, LPDWORD size) {
  char name[256] = "";
  gethostname(name, sizeof name - 1);
  const DWORD length = rtapi_compat_text_out(name, buffer, *size), room = *size;
  *size = length;
  if (length < room) return TRUE;
  SetLastError(ERROR_BUFFER_OVERFLOW);
  return FALSE;
}

#ifdef UNICODE
#define GetCommandLine GetCommandLineW
#define GetModuleFileName GetModuleFileNameW
#define GetModuleHandle GetModuleHandleW
#define GetEnvironmentVariable GetEnvironmentVariableW
#define GetCurrentDirectory GetCurrentDirectoryW
#else
#define GetCommandLine GetCommandLineA
#define GetModuleFileName GetModuleFileNameA
#define GetModuleHandle GetModuleHandleA
#define GetEnvironmentVariable GetEnvironmentVariableA
#define SetEnvironmentVariable SetEnvironmentVariableA
#define GetCurrentDirectory GetCurrentDirectoryA
#define SetCurrentDirectory SetCurrentDirectoryA
#define GetComputerName GetComputerNameA
#endif

#endif
