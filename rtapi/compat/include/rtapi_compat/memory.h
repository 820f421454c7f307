/** @file
 * Heaps and pages. There is one heap, the C library's, whatever the handle; memory comes from the kernel when it is
 * reserved, so committing it again only sets its protection.
 */
#ifndef RTAPI_COMPAT_MEMORY_H
#define RTAPI_COMPAT_MEMORY_H

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "rtapi_compat/objects.h"

#define HEAP_NO_SERIALIZE 1u
#define HEAP_GENERATE_EXCEPTIONS 4u
#define HEAP_ZERO_MEMORY 8u
#define LMEM_FIXED 0u
#define LMEM_ZEROINIT 0x40u
#define LPTR LMEM_ZEROINIT
#define GMEM_FIXED 0u
#define GMEM_ZEROINIT 0x40u
#define GPTR GMEM_ZEROINIT
#define MEM_COMMIT 0x1000u
#define MEM_RESERVE 0x2000u
#define MEM_DECOMMIT 0x4000u
#define MEM_RELEASE 0x8000u
#define PAGE_EXECUTE_READ 0x20u
#define PAGE_EXECUTE_READWRITE 0x40u

static inline LPVOID rtapi_compat_allocated(LPVOID memory) {
  if (memory == NULL) SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return memory;
}
static inline HANDLE GetProcessHeap(VOID) { return (HANDLE)(uintptr_t)0x10000; }
static inline HANDLE HeapCreate(DWORD flags, SIZE_T initial, SIZE_T most) {
  (void)flags;
  (void)initial;
  (void)most;
  return GetProcessHeap();
}
static inline BOOL HeapDestroy(HANDLE heap) {
  (void)heap;
  return TRUE;
}
static inline LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T bytes) {
  (void)heap;
  bytes = bytes == 0 ? 1 : bytes;
  return rtapi_compat_allocated((flags & HEAP_ZERO_MEMORY) != 0 ? calloc(1, bytes) : malloc(bytes));
}
static inline LPVOID HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T bytes) {
  const size_t before = memory == NULL ? 0 : malloc_usable_size(memory);
  LPVOID const result = rtapi_compat_allocated(realloc(memory, bytes == 0 ? 1 : bytes));
  (void)heap;
  if (result != NULL && (flags & HEAP_ZERO_MEMORY) != 0 && bytes > before) {
    memset((char*)result + before, 0, bytes - before);
  }
  return result;
}
static inline BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory) {
  (void)heap;
  (void)flags;
  free(memory);
  return TRUE;
}
/* What the C library keeps for it, which may be more than was asked for. */
static inline SIZE_T HeapSize(HANDLE heap, DWORD flags, LPCVOID memory) {
  (void)heap;
  (void)flags;
  return malloc_usable_size((void*)memory);
}
static inline HLOCAL LocalAlloc(UINT flags, SIZE_T bytes) {
  return HeapAlloc(NULL, (flags & LMEM_ZEROINIT) != 0 ? HEAP_ZERO_MEMORY : 0, bytes);
}
static inline HLOCAL LocalFree(HLOCAL memory) {
  free(memory);
  return NULL;
}
static inline HGLOBAL GlobalAlloc(UINT flags, SIZE_T bytes) { return LocalAlloc(flags, bytes); }
static inline HGLOBAL GlobalFree(HGLOBAL memory) { return LocalFree(memory); }

RTSS_BEGIN_DECLS

/* MEM_RESERVE, MEM_COMMIT or both; with an address and MEM_COMMIT alone, pages of an earlier call. */
LPVOID VirtualAlloc(LPVOID address, SIZE_T bytes, DWORD type, DWORD protect);
/* MEM_RELEASE of 0 bytes: all that one VirtualAlloc made; MEM_DECOMMIT: pages of it. */
BOOL VirtualFree(LPVOID address, SIZE_T bytes, DWORD type);
/* *before is always PAGE_READWRITE: Linux does not say. */
BOOL VirtualProtect(LPVOID address, SIZE_T bytes, DWORD protect, PDWORD before);
/* Needs RLIMIT_MEMLOCK. */
BOOL VirtualLock(LPVOID address, SIZE_T bytes);
BOOL VirtualUnlock(LPVOID address, SIZE_T bytes);

RTSS_END_DECLS

#endif
