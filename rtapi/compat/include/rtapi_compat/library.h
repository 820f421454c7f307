/** @file
 * Run-time loaded libraries, over dlopen. A path is a Linux path; a backslash is taken as a slash.
 */
#ifndef RTAPI_COMPAT_LIBRARY_H
#define RTAPI_COMPAT_LIBRARY_H

#include <dlfcn.h>

#include "rtapi_compat/files.h"

static inline HMODULE LoadLibraryA(LPCSTR lpFileName) {
  char path[4096];
  void* const module = rtapi_compat_path(lpFileName, path) ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
  if (module == NULL) SetLastError(ERROR_MOD_NOT_FOUND);
  return module;
}
static inline HMODULE LoadLibraryW(LPCWSTR lpFileName) {
  char path[4096];
  if (lpFileName != NULL && rtapi_compat_utf8(lpFileName, path, sizeof path)) return LoadLibraryA(path);
  SetLastError(ERROR_INVALID_NAME);
  return NULL;
}
static inline FARPROC GetProcAddress(HMODULE hModule, LPCSTR lpProcName) {
  FARPROC address;
  *(void**)&address = hModule == NULL ? NULL : dlsym(hModule, lpProcName);
  if (address == NULL) SetLastError(ERROR_PROC_NOT_FOUND);
  return address;
}
static inline BOOL FreeLibrary(HMODULE hModule) {
  if (hModule != NULL && dlclose(hModule) == 0) return TRUE;
  SetLastError(ERROR_INVALID_HANDLE);
  return FALSE;
}

#ifdef UNICODE
#define LoadLibrary LoadLibraryW
#else
#define LoadLibrary LoadLibraryA
#endif

#endif
