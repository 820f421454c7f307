/** @file
 * Memory that stays in memory.
 */
#ifndef RTSS_RTAPI_MEMORY_H
#define RTSS_RTAPI_MEMORY_H

#include <rtapi/types.h>

/** Accepted and ignored: all of the process, or all of the kernel, is meant by each of them. */
#define RT_PLOCK_BASIC 1u
#define RT_PLOCK_ALL 0xFFFFu
#define RT_KLOCK_DATA 1u
#define RT_KLOCK_CODE 2u
#define RT_KLOCK_EXECUTIVE 1u
#define RT_KLOCK_WIN32K 4u
#define RT_KLOCK_DRIVERS 8u
#define RT_KLOCK_ALL 0xFFFFu

/** For RtAllocateLocalMemoryEx. Accepted and ignored: the memory is zero-filled. */
#define RTALLOC_NOT_ZERO_MEMORY 1u

RTSS_BEGIN_DECLS

/** Allocates memory that is locked and ready: no access to it faults.
 *
 * @param Size  bytes, at least 1; whole pages are taken
 *
 * @return zero-filled memory at a page boundary
 * @retval NULL  RtGetLastError():
 *               ERROR_INVALID_PARAMETER  Size is 0
 *               ERROR_NOT_ENOUGH_MEMORY  there is not so much, or the user may not lock so much (RLIMIT_MEMLOCK)
 *
 * Blocking: maps memory, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX headers.
 */
PVOID RtAllocateLockedMemory(ULONG Size);

/** Frees what RtAllocateLockedMemory returned.
 *
 * @retval TRUE   freed
 * @retval FALSE  nothing changed; RtGetLastError(): ERROR_INVALID_PARAMETER  pMemory is not from there, is free, or was
 *                allocated by the parent of a forked process
 */
BOOL RtFreeLockedMemory(PVOID pMemory);

/** RtAllocateLockedMemory: there is one kind of memory. */
PVOID RtAllocateLocalMemory(ULONG Size);
/** RtAllocateLockedMemory; Flags are ignored. */
PVOID RtAllocateLocalMemoryEx(ULONG Size, ULONG Flags);
/** RtFreeLockedMemory, for what RtAllocateLocalMemory returned. */
BOOL RtFreeLocalMemory(PVOID pMemory);

/** RtAllocateLockedMemory, for programs that use such memory as a buffer. Its pages are contiguous for the program
 * alone: HighestAddress is ignored, and RtGetPhysicalAddress is refused, so a device cannot be given it. */
PVOID RtAllocateContiguousMemory(ULONG nBytes, LARGE_INTEGER HighestAddress);
/** RtFreeLockedMemory, for what RtAllocateContiguousMemory returned. */
BOOL RtFreeContiguousMemory(PVOID pVirtualAddress);

/** Reports about local memory.
 *
 * @param pSize       receives the bytes in use and free together, as far as 32 bits hold them; may be NULL
 * @param pAvailable  receives the bytes that are free; may be NULL
 * @param pLargest    receives the largest piece that can be had; may be NULL
 *
 * @retval TRUE  filled in
 *
 * Rule: RTX headers for the form; what the numbers mean is this library's choice.
 */
BOOL RtQueryLocalMemory(PULONG pSize, PULONG pAvailable, PULONG pLargest);
/** Does nothing: local memory is as large as the machine's. Returns TRUE. */
BOOL RtExpandLocalMemory(ULONG Size);
/** Does nothing, and returns the bytes by which local memory has shrunk, 0: there is no pool. */
ULONG RtShrinkLocalMemory(ULONG Size);

/** Locks the whole process in memory, now and later (mlockall), and makes ready what the caller's stack has left within
 * 64 KiB.
 *
 * @param Section  ignored
 *
 * @retval TRUE   locked
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_PRIVILEGE_NOT_HELD  the user may lock nothing
 *                ERROR_NOT_ENOUGH_MEMORY   the user may not lock so much (RLIMIT_MEMLOCK)
 *
 * Blocking: touches all memory of the process, not for real-time paths. Any thread. Not for signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtLockProcess(ULONG Section);
/** Takes RtLockProcess back. Returns TRUE. */
BOOL RtUnlockProcess(ULONG Section);
/** Does nothing: the kernel of Linux is never paged. Returns TRUE. */
BOOL RtLockKernel(ULONG Section);
/** Does nothing. Returns TRUE. */
BOOL RtUnlockKernel(ULONG Section);

/** Makes ready and locks part of the caller's stack.
 *
 * @param Size  bytes below the caller; what is beyond the stack's end is left alone
 *
 * @retval TRUE   ready
 * @retval FALSE  RtGetLastError(): as RtLockProcess
 *
 * Blocking: touches memory, not for real-time paths. Any thread. Not for signal handlers.
 * Rule: RTX headers.
 */
BOOL RtCommitLockStack(ULONG Size);

/** Makes the program's heap ready: allocates Size bytes, locks them and gives them back to the heap, which keeps them.
 *
 * @param Size     bytes
 * @param Handler  called back by RTX when the heap grows; ignored
 *
 * @retval TRUE   ready
 * @retval FALSE  nothing changed; RtGetLastError(): as RtLockProcess
 *
 * Blocking: touches memory, not for real-time paths. Any thread. Not for signal handlers.
 * Rule: RTX headers.
 */
BOOL RtCommitLockProcessHeap(ULONG Size, VOID(RTFCNDCL* Handler)(HANDLE heap));
/** RtCommitLockProcessHeap: there is one heap. hHeap is ignored. */
BOOL RtCommitLockHeap(HANDLE hHeap, ULONG Size, VOID(RTFCNDCL* Handler)(HANDLE heap));

RTSS_END_DECLS

#endif
