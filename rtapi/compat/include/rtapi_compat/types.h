/** @file
 * The Windows types that RTSS programs use beyond those of rtapi.h. Widths are Windows's.
 */
#ifndef RTAPI_COMPAT_TYPES_H
#define RTAPI_COMPAT_TYPES_H

#include_next <rtapi.h>

/* A function that ends without its value, which MSVC let pass with a warning, runs on into whatever code lies behind it
 * when g++ optimises. This includes main, which is an ordinary function under its other name. */
#ifdef __cplusplus
#pragma GCC diagnostic error "-Wreturn-type"
#endif

typedef int8_t INT8;
typedef uint8_t BYTE, UCHAR, UINT8, BOOLEAN;
typedef int16_t SHORT, INT16;
typedef uint16_t WORD, USHORT, UINT16;
typedef int32_t INT32, LONG32;
typedef uint32_t UINT32, DWORD32, ULONG32;
typedef long long INT64, LONG64;
typedef unsigned long long UINT64, ULONG64, DWORD64, DWORDLONG;
typedef float FLOAT;
typedef double DOUBLE;
typedef intptr_t INT_PTR, LONG_PTR;
typedef uintptr_t UINT_PTR, ULONG_PTR, DWORD_PTR, WPARAM, KAFFINITY;
typedef size_t SIZE_T;
typedef ptrdiff_t SSIZE_T;

typedef BYTE *PBYTE, *LPBYTE, *PUCHAR, *PBOOLEAN;
typedef SHORT* PSHORT;
typedef WORD *PWORD, *LPWORD;
typedef USHORT* PUSHORT;
typedef INT *PINT, *LPINT;
typedef UINT* PUINT;
typedef CHAR* PCHAR;
typedef CHAR* PSTR;
typedef CONST CHAR* PCSTR;
typedef WCHAR *PWCHAR, *PWSTR;
typedef CONST WCHAR* PCWSTR;
typedef LONGLONG* PLONGLONG;
typedef ULONGLONG* PULONGLONG;
typedef DWORD_PTR* PDWORD_PTR;
typedef ULONG_PTR* PULONG_PTR;
typedef CONST void* LPCVOID;
typedef void *HMODULE, *HINSTANCE, *HWND;
typedef int (*FARPROC)(void);
typedef char CCHAR;
typedef LONG HRESULT, NTSTATUS;
typedef DWORD ACCESS_MASK, LCID;
typedef WORD ATOM, LANGID;
typedef LONG_PTR LPARAM, LRESULT;
typedef void *HKEY, *HGLOBAL, *HLOCAL, *HICON, *HDC, *HMENU;

typedef struct tagPOINT {
  LONG x, y;
} POINT, *PPOINT, *LPPOINT;
typedef struct tagSIZE {
  LONG cx, cy;
} SIZE, *PSIZE, *LPSIZE;
typedef struct tagRECT {
  LONG left, top, right, bottom;
} RECT, *PRECT, *LPRECT;

/* Overlapped operation is not offered: the type is for declarations. */
typedef struct _OVERLAPPED {
  ULONG_PTR Internal, InternalHigh;
  __extension__ union {
    __extension__ struct { DWORD Offset, OffsetHigh; };
    PVOID Pointer;
  };
  HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

/* Thread pools are not offered: the types are for declarations. */
typedef struct _TP_POOL* PTP_POOL;
typedef struct _TP_WORK* PTP_WORK;
typedef struct _TP_TIMER* PTP_TIMER;
typedef struct _TP_WAIT* PTP_WAIT;
typedef struct _TP_CLEANUP_GROUP* PTP_CLEANUP_GROUP;
typedef struct _TP_CALLBACK_INSTANCE* PTP_CALLBACK_INSTANCE;
typedef struct _TP_CALLBACK_ENVIRON* PTP_CALLBACK_ENVIRON;
typedef VOID (*PTP_WORK_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WORK work);
typedef VOID (*PTP_TIMER_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_TIMER timer);
typedef VOID (*PTP_WAIT_CALLBACK)(PTP_CALLBACK_INSTANCE instance, PVOID context, PTP_WAIT wait, DWORD result);

#ifdef UNICODE
typedef WCHAR TCHAR;
#define __TEXT(quote) L##quote
#else
typedef CHAR TCHAR;
#define __TEXT(quote) quote
#endif
#define TEXT(quote) __TEXT(quote)
typedef TCHAR *PTCHAR, *PTSTR, *LPTSTR;
typedef CONST TCHAR *PCTSTR, *LPCTSTR;

#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long long

#define _countof(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array) _countof(array)
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#define CONTAINING_RECORD(address, type, field) ((type*)((char*)(address)-offsetof(type, field)))

#define S_OK ((HRESULT)0)
#define S_FALSE ((HRESULT)1)
#define E_FAIL ((HRESULT)0x80004005)
#define E_INVALIDARG ((HRESULT)0x80070057)
#define E_OUTOFMEMORY ((HRESULT)0x8007000E)
#define E_NOTIMPL ((HRESULT)0x80004001)
#define SUCCEEDED(result) ((HRESULT)(result) >= 0)
#define FAILED(result) ((HRESULT)(result) < 0)

#ifdef __cplusplus
#define EXTERN_C extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#define _STD ::std::
#define _STD_BEGIN namespace std {
#define _STD_END }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/* Reasons of DllMain, which is not called here: see the porting guide. */
#define DLL_PROCESS_DETACH 0u
#define DLL_PROCESS_ATTACH 1u
#define DLL_THREAD_ATTACH 2u
#define DLL_THREAD_DETACH 3u

#define RTAPI
#define WINAPI
#define APIENTRY
#define CALLBACK
#define __cdecl
#define _cdecl
#define __stdcall
#define __fastcall
#define __w64 /* an old warning switch, no type */
#define _w64
#define __forceinline static inline __attribute__((always_inline))

/* One attribute each; one that is not listed does not compile, rather than being dropped. */
#define __declspec(attribute) RTAPI_COMPAT_DECLSPEC_##attribute
#define _declspec(attribute) RTAPI_COMPAT_DECLSPEC_##attribute
#define RTAPI_COMPAT_DECLSPEC_dllexport __attribute__((visibility("default")))
#define RTAPI_COMPAT_DECLSPEC_dllimport
#define RTAPI_COMPAT_DECLSPEC_align(bytes) __attribute__((aligned(bytes)))
#define RTAPI_COMPAT_DECLSPEC_noinline __attribute__((noinline))
#define RTAPI_COMPAT_DECLSPEC_noreturn __attribute__((noreturn))
#define RTAPI_COMPAT_DECLSPEC_nothrow __attribute__((nothrow))
#define RTAPI_COMPAT_DECLSPEC_novtable
#ifdef __cplusplus
#define RTAPI_COMPAT_DECLSPEC_thread thread_local
#else
#define RTAPI_COMPAT_DECLSPEC_thread _Thread_local
#endif

#define IN
#define OUT
#define OPTIONAL
#define FAR
#define NEAR

/* Codes that only the calls of these headers leave, or that programs compare with. */
#define ERROR_PATH_NOT_FOUND 3u
#define ERROR_TOO_MANY_OPEN_FILES 4u
#define ERROR_GEN_FAILURE 31u
#define ERROR_FILE_EXISTS 80u
#define ERROR_DISK_FULL 112u
#define ERROR_MOD_NOT_FOUND 126u
#define ERROR_PROC_NOT_FOUND 127u
#define ERROR_NEGATIVE_SEEK 131u
#define ERROR_NO_MORE_ITEMS 259u
#define ERROR_TIMEOUT 1460u
#define ERROR_INVALID_DATA 13u
#define ERROR_NO_MORE_FILES 18u
#define ERROR_WRITE_FAULT 29u
#define ERROR_SHARING_VIOLATION 32u
#define ERROR_LOCK_VIOLATION 33u
#define ERROR_HANDLE_EOF 38u
#define ERROR_BROKEN_PIPE 109u
#define ERROR_INSUFFICIENT_BUFFER 122u
#define ERROR_DIR_NOT_EMPTY 145u
#define ERROR_MORE_DATA 234u
#define ERROR_ENVVAR_NOT_FOUND 203u
#define ERROR_DIRECTORY 267u
#define ERROR_IO_PENDING 997u
#define ERROR_NO_UNICODE_TRANSLATION 1113u
#define ERROR_NOT_FOUND 1168u

#define MAX_PATH 260
#define MAXLONG 0x7fffffff
#define MAXDWORD 0xffffffffu
#define MAXLONGLONG 0x7fffffffffffffffLL
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define INVALID_HANDLE_VALUE ((HANDLE)(intptr_t)-1)
#define LOWORD(value) ((WORD)((DWORD_PTR)(value)&0xffff))
#define HIWORD(value) ((WORD)(((DWORD_PTR)(value) >> 16) & 0xffff))
#define LOBYTE(value) ((BYTE)((DWORD_PTR)(value)&0xff))
#define HIBYTE(value) ((BYTE)(((DWORD_PTR)(value) >> 8) & 0xff))
#define MAKEWORD(low, high) ((WORD)((BYTE)(low) | ((WORD)(BYTE)(high) << 8)))
#define MAKELONG(low, high) ((LONG)((WORD)(low) | ((DWORD)(WORD)(high) << 16)))
#define ZeroMemory(destination, length) memset((destination), 0, (length))
#define FillMemory(destination, length, fill) memset((destination), (fill), (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define MoveMemory(destination, source, length) memmove((destination), (source), (length))

#endif
