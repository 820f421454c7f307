// Pages: VirtualAlloc and views of files. Their sizes are kept by address, because the unmapping calls do not get them.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rtapi_compat/file_sizes.h"
#include "rtapi_compat/memory.h"

typedef struct Pages {
  struct Pages* next;
  LPCVOID address;
  SIZE_T bytes;
} Pages;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Pages* all;

static BOOL remember(LPCVOID address, SIZE_T bytes) {
  Pages* const pages = malloc(sizeof *pages);
  if (pages == NULL) return FALSE;
  pages->address = address;
  pages->bytes = bytes;
  pthread_mutex_lock(&mutex);
  pages->next = all;
  all = pages;
  pthread_mutex_unlock(&mutex);
  return TRUE;
}

// 0: not one of them.
static SIZE_T forget(LPCVOID address) {
  SIZE_T bytes = 0;
  pthread_mutex_lock(&mutex);
  Pages** at = &all;
  while (*at != NULL && (*at)->address != address) at = &(*at)->next;
  Pages* const found = *at;
  if (found != NULL) {
    bytes = found->bytes;
    *at = found->next;
  }
  pthread_mutex_unlock(&mutex);
  free(found);
  return bytes;
}

// -1 for a protection that is not known.
static int protection_of(DWORD protect) {
  switch (protect) {
    case PAGE_NOACCESS:
      return PROT_NONE;
    case PAGE_READONLY:
      return PROT_READ;
    case PAGE_READWRITE:
      return PROT_READ | PROT_WRITE;
    case PAGE_EXECUTE_READ:
      return PROT_READ | PROT_EXEC;
    case PAGE_EXECUTE_READWRITE:
      return PROT_READ | PROT_WRITE | PROT_EXEC;
    default:
      return -1;
  }
}
BOOL VirtualProtect(LPVOID address, SIZE_T bytes, DWORD protect, PDWORD before) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)address & ~(page - 1);
  const int protection = protection_of(protect);
  if (before != NULL) *before = PAGE_READWRITE;  // Linux does not say
  if (protection < 0 || before == NULL) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  if (mprotect((void*)begin, (uintptr_t)address + bytes - begin, protection) == 0) return TRUE;
  SetLastError(rtapi_compat_error(errno));
  return FALSE;
}
LPVOID VirtualAlloc(LPVOID address, SIZE_T bytes, DWORD type, DWORD protect) {
  const int protection = protection_of(protect);
  DWORD before;
  if (bytes == 0 || protection < 0 || (type & (MEM_COMMIT | MEM_RESERVE)) == 0 ||
      (type & ~(MEM_COMMIT | MEM_RESERVE)) != 0) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return NULL;
  }
  if (address != NULL && (type & MEM_RESERVE) == 0)
    return VirtualProtect(address, bytes, protect, &before) ? address : NULL;
  void* const memory = mmap(address, bytes, (type & MEM_COMMIT) != 0 ? protection : PROT_NONE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED && remember(memory, bytes)) return memory;
  if (memory != MAP_FAILED) munmap(memory, bytes);
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return NULL;
}
BOOL VirtualFree(LPVOID address, SIZE_T bytes, DWORD type) {
  if (type == MEM_RELEASE && bytes == 0) {
    const SIZE_T size = forget(address);
    if (size != 0) return munmap(address, size) == 0;
  } else if (type == MEM_DECOMMIT && bytes != 0 && madvise(address, bytes, MADV_DONTNEED) == 0) {
    return mprotect(address, bytes, PROT_NONE) == 0;
  }
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}
// Locked pages need RLIMIT_MEMLOCK.
BOOL VirtualLock(LPVOID address, SIZE_T bytes) {
  if (mlock(address, bytes) == 0) return TRUE;
  SetLastError(rtapi_compat_error(errno));
  return FALSE;
}
BOOL VirtualUnlock(LPVOID address, SIZE_T bytes) {
  if (munlock(address, bytes) == 0) return TRUE;
  SetLastError(rtapi_compat_error(errno));
  return FALSE;
}

LPVOID MapViewOfFile(HANDLE mapping, DWORD access, DWORD high, DWORD low, SIZE_T bytes) {
  const ULONGLONG offset = (ULONGLONG)high << 32 | low;
  const int write = (access & FILE_MAP_WRITE) != 0, copy = access == FILE_MAP_COPY;
  struct stat status;
  if (!rtapi_compat_is_file(mapping)) return RtMapViewOfSharedMemory(mapping, access, high, low, (DWORD)bytes);
  const int file = rtapi_compat_descriptor(mapping);
  if (!rtapi_compat_done(fstat(file, &status) != 0)) return NULL;
  if (bytes == 0 && (ULONGLONG)status.st_size > offset) bytes = (SIZE_T)((ULONGLONG)status.st_size - offset);
  if (bytes == 0 || offset + bytes > (ULONGLONG)status.st_size) {
    SetLastError(ERROR_ACCESS_DENIED);
    return NULL;
  }
  void* const view = mmap(NULL, bytes, PROT_READ | (write || copy ? PROT_WRITE : 0), copy ? MAP_PRIVATE : MAP_SHARED,
                          file, (off_t)offset);
  if (!rtapi_compat_done(view == MAP_FAILED)) return NULL;
  if (remember(view, bytes)) return view;
  munmap(view, bytes);
  SetLastError(ERROR_NOT_ENOUGH_MEMORY);
  return NULL;
}
BOOL UnmapViewOfFile(LPCVOID view) {
  const SIZE_T size = forget(view);
  return size != 0 ? munmap((void*)view, size) == 0 : RtUnmapViewOfSharedMemory((PVOID)view);
}
BOOL FlushViewOfFile(LPCVOID view, SIZE_T bytes) {
  return rtapi_compat_done(msync((void*)view, bytes == 0 ? 1 : bytes, MS_SYNC) != 0);
}
