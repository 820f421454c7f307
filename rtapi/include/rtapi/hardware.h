/** @file
 * Hardware: port I/O, interrupts and physical memory; bus.h has the buses. Declared so that programs compile and link.
 *
 * All of them are refused: they return FALSE, NULL, 0 or nothing, change nothing and leave ERROR_NOT_SUPPORTED for
 * RtGetLastError. On Linux a device belongs to a driver; user-space access goes through UIO or VFIO.
 * None blocks or allocates; any thread.
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

/** @name Physical memory
 * @{ */
/** Refused, as said above. */
PVOID RtMapMemory(LARGE_INTEGER PhysicalAddress, ULONG nBytes, MEMORY_CACHING_TYPE CacheType);
BOOL RtUnmapMemory(PVOID pVirtualAddress);
LARGE_INTEGER RtGetPhysicalAddress(PVOID pVirtualAddress);
/** @} */

RTSS_END_DECLS

#endif
