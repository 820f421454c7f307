/** @file
 * Hardware: port I/O, interrupts and physical memory; bus.h has the buses. Declared so that programs compile and link.
 *
 * Ports and interrupts are refused: the calls return FALSE, NULL, 0 or nothing, change nothing and leave
 * ERROR_NOT_SUPPORTED for RtGetLastError. On Linux a device belongs to a driver; user-space access goes through UIO or
 * VFIO. None of these blocks or allocates; any thread.
 */
#ifndef RTSS_RTAPI_HARDWARE_H
#define RTSS_RTAPI_HARDWARE_H

#include <rtapi/bus.h>
#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** How an interrupt is asserted, by the numbers on Windows. */
typedef enum _KINTERRUPT_MODE { LevelSensitive = 0, Latched = 1 } KINTERRUPT_MODE;

/** Third argument of RtMapMemory; a BOOL converts. */
typedef int MEMORY_CACHING_TYPE;
#define MmNonCached 0
#define MmCached 1
#define MmWriteCombined 2

/** @name Port I/O
 * @{ */
/** Refused, as said above. */
BOOL RtEnablePortIo(PUCHAR StartPort, ULONG nBytes);
BOOL RtDisablePortIo(PUCHAR StartPort, ULONG nBytes);
UCHAR RtReadPortUchar(PUCHAR Port);
USHORT RtReadPortUshort(PUSHORT Port);
ULONG RtReadPortUlong(PULONG Port);
VOID RtWritePortUchar(PUCHAR Port, UCHAR Value);
VOID RtWritePortUshort(PUSHORT Port, USHORT Value);
VOID RtWritePortUlong(PULONG Port, ULONG Value);
VOID RtReadPortBufferUchar(PUCHAR Port, PUCHAR pBuffer, ULONG Count);
VOID RtReadPortBufferUshort(PUSHORT Port, PUSHORT pBuffer, ULONG Count);
VOID RtReadPortBufferUlong(PULONG Port, PULONG pBuffer, ULONG Count);
VOID RtWritePortBufferUchar(PUCHAR Port, PUCHAR pBuffer, ULONG Count);
VOID RtWritePortBufferUshort(PUSHORT Port, PUSHORT pBuffer, ULONG Count);
VOID RtWritePortBufferUlong(PULONG Port, PULONG pBuffer, ULONG Count);
/** @} */

/** @name Interrupts
 * @{ */
/** What an interrupt routine answers. */
typedef enum _INTERRUPT_DISPOSITION { PassToNextDevice, Dismiss, CallInterruptThread } INTERRUPT_DISPOSITION;

/** An interrupt line, for RtAttachInterrupt. */
typedef struct _ATTACH_INTERRUPT_LINE_BASED_PARAMETERS {
  PSECURITY_ATTRIBUTES pThreadAttributes;
  ULONG StackSize;
  BOOLEAN(RTFCNDCL* pRoutine)(PVOID context);
  PVOID Context;
  ULONG Priority;
  INTERFACE_TYPE InterfaceType;
  ULONG BusNumber;
  PCI_SLOT_NUMBER SlotNumber;
  ULONG BusInterruptLevel;
  ULONG BusInterruptVector;
  BOOLEAN Shared;
  KINTERRUPT_MODE InterruptMode;
  INTERRUPT_DISPOSITION(RTFCNDCL* MyInterrupt)(PVOID context);
  KAFFINITY ProcessorEnableMask;
} ATTACH_INTERRUPT_LINE_BASED_PARAMETERS, *PATTACH_INTERRUPT_LINE_BASED_PARAMETERS;

/** Message-signaled interrupts, for RtAttachInterrupt. */
typedef struct _ATTACH_INTERRUPT_MESSAGE_BASED_PARAMETERS {
  PSECURITY_ATTRIBUTES pThreadAttributes;
  ULONG StackSize;
  BOOLEAN(RTFCNDCL* pRoutine)(PVOID context);
  PVOID Context;
  ULONG Priority;
  ULONG BusNumber;
  PCI_SLOT_NUMBER SlotNumber;
  INTERRUPT_DISPOSITION(RTFCNDCL* MyInterrupt)(PVOID context);
  KAFFINITY ProcessorEnableMask;
} ATTACH_INTERRUPT_MESSAGE_BASED_PARAMETERS, *PATTACH_INTERRUPT_MESSAGE_BASED_PARAMETERS;

/** Which of the two it is. */
#define ATTACH_LINE_BASED 1
#define ATTACH_MESSAGE_BASED 2
#define ATTACH_MESSAGE_BASED_PREFER_MSI 3

/** What RtAttachInterrupt is asked for. */
typedef struct _ATTACH_INTERRUPT_PARAMETERS {
  ULONG AttachVersion;
  __extension__ union {
    ATTACH_INTERRUPT_LINE_BASED_PARAMETERS LineBased;
    ATTACH_INTERRUPT_MESSAGE_BASED_PARAMETERS MessageBased;
  };
} ATTACH_INTERRUPT_PARAMETERS, *PATTACH_INTERRUPT_PARAMETERS;

/** Refused, as said above. */
HANDLE RtAttachInterrupt(PATTACH_INTERRUPT_PARAMETERS pParameters);
BOOL RtReleaseInterrupt(HANDLE hInterrupt);
HANDLE RtAttachInterruptVector(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                               VOID(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                               INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                               ULONG BusInterruptVector);
HANDLE RtAttachInterruptVectorEx(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                                 BOOLEAN(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                                 INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                 ULONG BusInterruptVector, BOOLEAN bShareVector, KINTERRUPT_MODE InterruptMode,
                                 INTERRUPT_DISPOSITION(RTFCNDCL* pInterruptRoutine)(PVOID context));
BOOL RtReleaseInterruptVector(HANDLE hInterrupt);
BOOL RtEnableInterrupts(VOID);
BOOL RtDisableInterrupts(VOID);
/** @} */

/** Maps physical memory into the process, for reading and writing, from the file that the environment variable
 * RTSS_PHYSICAL_MEMORY names: /dev/mem, where the administrator allows it. Where it is not set, nothing is reached.
 *
 * @param PhysicalAddress  of the first byte; it need not begin a page
 * @param nBytes           at least 1
 * @param CacheType        MmCached maps cached, everything else uncached (O_SYNC)
 *
 * @return the address of the first byte. NULL: nothing changed; RtGetLastError():
 *         ERROR_NOT_SUPPORTED      RTSS_PHYSICAL_MEMORY is not set
 *         ERROR_INVALID_PARAMETER  nBytes is 0, or the address negative
 *         ERROR_FILE_NOT_FOUND     the file cannot be opened or mapped
 *         ERROR_ACCESS_DENIED      by the file's mode, or by a kernel that keeps programs off its memory
 *         ERROR_NOT_ENOUGH_MEMORY  no address space, or 64 mappings are in use
 *
 * Blocking: opens a file, not for real-time paths. Allocates: address space. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the switch and the codes are this library's choice.
 */
PVOID RtMapMemory(LARGE_INTEGER PhysicalAddress, ULONG nBytes, MEMORY_CACHING_TYPE CacheType);

/** Ends a mapping of RtMapMemory.
 *
 * @retval TRUE   the address is no longer valid
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_NOT_SUPPORTED      RTSS_PHYSICAL_MEMORY is not set
 *                ERROR_INVALID_PARAMETER  no mapping begins there
 *
 * Blocking: for another thread that maps. Allocates: no. Any thread. Not for signal handlers.
 */
BOOL RtUnmapMemory(PVOID pVirtualAddress);

/** Refused: returns 0 and leaves ERROR_NOT_SUPPORTED. The kernel tells no program where its memory lies. */
LARGE_INTEGER RtGetPhysicalAddress(PVOID pVirtualAddress);

RTSS_END_DECLS

#endif
