/** @file
 * Types and constants of the API, with the widths they have on Windows: LONG, DWORD, ULONG and BOOL are 32 bits
 * whatever a C long is, a HANDLE has the size of a pointer. Only WCHAR follows the compiler (-fshort-wchar or not).
 */
#ifndef RTSS_RTAPI_TYPES_H
#define RTSS_RTAPI_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RTSS_BEGIN_DECLS \
  extern "C" {           \
  _Pragma("GCC visibility push(default)")
#define RTSS_END_DECLS          \
  _Pragma("GCC visibility pop") \
  }
#else
#define RTSS_BEGIN_DECLS _Pragma("GCC visibility push(default)")
#define RTSS_END_DECLS _Pragma("GCC visibility pop")
#endif

/** Calling convention of callbacks: there is only one on Linux. */
#ifndef RTFCNDCL
#define RTFCNDCL
#endif

/* The library exports each W call for 16-bit units under its own name and for 32-bit units with "32" appended.
 * This follows the declaration of a W call and binds it to the one that fits the compiler's wchar_t. */
#if __SIZEOF_WCHAR_T__ == 2
#define RTSS_WIDE(name)
#elif __SIZEOF_WCHAR_T__ == 4
#define RTSS_WIDE(name) __asm__(#name "32")
#else
#error "rtapi: wchar_t must have two or four bytes"
#endif

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "rtapi: LARGE_INTEGER is laid out for little-endian machines"
#endif

#ifndef VOID
#define VOID void
#endif
#ifndef CONST
#define CONST const
#endif
#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

typedef int32_t BOOL;
typedef uint8_t BOOLEAN;
typedef char CHAR;
typedef uint8_t UCHAR;
typedef uint8_t BYTE;
typedef uint16_t USHORT;
typedef uint16_t WORD;
typedef wchar_t WCHAR;
typedef int32_t INT;
typedef uint32_t UINT;
typedef int32_t LONG;
typedef uint32_t ULONG;
typedef uint32_t DWORD;
typedef long long LONGLONG;
typedef unsigned long long ULONGLONG;
typedef unsigned long long ULONG64;
typedef uintptr_t ULONG_PTR;
typedef uintptr_t DWORD_PTR;
typedef size_t SIZE_T;

/** A set of processors: bit n is processor n. */
typedef ULONG_PTR KAFFINITY;

/** RTX64's limits, for code that sizes arrays by them: processors of the real-time side, processors of the machine,
 * slots of thread-local storage. Linux has its own. */
#define MAXNUM_RTPROCESSORS 0x3F
#define MAXNUM_TOTALPROCESSORS 0x40
#define PLS_NINDEX 160

typedef void* PVOID;
typedef void* LPVOID;
typedef BOOL* PBOOL;
typedef BOOL* LPBOOL;
typedef LONG* PLONG;
typedef LONG* LPLONG;
typedef ULONG* PULONG;
typedef DWORD* PDWORD;
typedef DWORD* LPDWORD;
typedef UCHAR* PUCHAR;
typedef USHORT* PUSHORT;
typedef DWORD_PTR* PDWORD_PTR;
typedef CHAR* LPSTR;
typedef CONST CHAR* LPCSTR;
typedef WCHAR* LPWSTR;
typedef CONST WCHAR* LPCWSTR;

/** Names an object within one process; see "Handles" in rtapi.h. */
typedef void* HANDLE;
typedef HANDLE* PHANDLE;
typedef HANDLE* LPHANDLE;

/** Accepted where Windows code passes one, and ignored. */
typedef struct _SECURITY_ATTRIBUTES {
  DWORD nLength;
  LPVOID lpSecurityDescriptor;
  BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

/** A signed 64-bit number, whole or in halves. */
typedef union _LARGE_INTEGER {
  __extension__ struct {
    DWORD LowPart;
    LONG HighPart;
  };
  struct {
    DWORD LowPart;
    LONG HighPart;
  } u;
  LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

/** An unsigned 64-bit number, whole or in halves. */
typedef union _ULARGE_INTEGER {
  __extension__ struct {
    DWORD LowPart;
    DWORD HighPart;
  };
  struct {
    DWORD LowPart;
    DWORD HighPart;
  } u;
  ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

/** A point in time, in units of 100 ns since 1601-01-01 UTC, in halves. */
typedef struct _FILETIME {
  DWORD dwLowDateTime;
  DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

/** Results of the wait calls. */
#define WAIT_OBJECT_0 0x00000000u
#define WAIT_ABANDONED_0 0x00000080u
#define WAIT_ABANDONED WAIT_ABANDONED_0
#define WAIT_TIMEOUT 0x00000102u
#define WAIT_FAILED 0xFFFFFFFFu

/** A time-out that never expires. */
#define INFINITE 0xFFFFFFFFu

/** How many handles one call can wait on. */
#define MAX_WFMO 64
#define MAXIMUM_WAIT_OBJECTS MAX_WFMO

/** A buffer of so many characters, terminator included, holds a portable object name. This library takes names of up to
 * 259 bytes of UTF-8 (RTX_PATH_MAX with the terminator); code that must also build for RTX keeps to the smaller. */
#define RTX_MAX_OBJECT_NAME_LENGTH 256
#define RTX_PATH_MAX 260

/** Access and protection values that Windows code passes. All of them are accepted and ignored. */
#define SYNCHRONIZE 0x00100000u
#define STANDARD_RIGHTS_REQUIRED 0x000F0000u
#define MUTANT_QUERY_STATE 0x0001u
#define MUTANT_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | MUTANT_QUERY_STATE)
#define MUTEX_MODIFY_STATE MUTANT_QUERY_STATE
#define MUTEX_ALL_ACCESS MUTANT_ALL_ACCESS
#define EVENT_MODIFY_STATE 0x0002u
#define EVENT_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3u)
#define SEMAPHORE_MODIFY_STATE 0x0002u
#define SEMAPHORE_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0x3u)
#define SHM_MAP_READ 0x0001u
#define SHM_MAP_WRITE 0x0002u
#define SHM_MAP_ALL_ACCESS (SHM_MAP_READ | SHM_MAP_WRITE)
#define PROCESS_TERMINATE 0x0001u
#define PROCESS_QUERY_INFORMATION 0x0400u
#define PROCESS_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFFu)
#define THREAD_ALL_ACCESS (STANDARD_RIGHTS_REQUIRED | SYNCHRONIZE | 0xFFFFu)
#define PAGE_NOACCESS 0x01u
#define PAGE_READONLY 0x02u
#define PAGE_READWRITE 0x04u

/** Exit code of a thread or process that has not ended. */
#define STILL_ACTIVE 259u

/** Flag of the calls that create a thread or process: it runs nothing before RtResumeThread. */
#define CREATE_SUSPENDED 0x00000004u

/** No call of this library returns it; Win32 code compares with it. */
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)

#endif
