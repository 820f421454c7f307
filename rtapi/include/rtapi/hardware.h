/** @file
 * Hardware: port I/O, interrupts, buses and physical memory. Declared so that programs compile and link.
 *
 * All of them are refused: they return FALSE, NULL, 0 or nothing, change nothing and leave ERROR_NOT_SUPPORTED for
 * RtGetLastError. On Linux a device belongs to a driver; user-space access goes through UIO or VFIO.
 * None blocks or allocates; any thread.
 */
#ifndef RTSS_RTAPI_HARDWARE_H
#define RTSS_RTAPI_HARDWARE_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Buses by their numbers on Windows. */
typedef enum _INTERFACE_TYPE { Isa = 1, Eisa = 2, PCIBus = 5 } INTERFACE_TYPE;

/** Kinds of bus data by their numbers on Windows. */
typedef enum _BUS_DATA_TYPE { PCIConfiguration = 4 } BUS_DATA_TYPE;

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
typedef struct _ATTACH_INTERRUPT_PARAMETERS ATTACH_INTERRUPT_PARAMETERS, *PATTACH_INTERRUPT_PARAMETERS;
/** Refused, as said above. */
HANDLE RtAttachInterrupt(PATTACH_INTERRUPT_PARAMETERS pParameters);
BOOL RtReleaseInterrupt(HANDLE hInterrupt);
HANDLE RtAttachInterruptVector(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                               VOID(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                               INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                               ULONG BusInterruptVector);
HANDLE RtAttachInterruptVectorEx(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                                 VOID(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                                 INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                 ULONG BusInterruptVector, BOOL bShareVector, KINTERRUPT_MODE InterruptMode,
                                 VOID(RTFCNDCL* pInterruptRoutine)(PVOID context));
BOOL RtReleaseInterruptVector(HANDLE hInterrupt);
BOOL RtEnableInterrupts(VOID);
BOOL RtDisableInterrupts(VOID);
/** @} */

/** @name Buses
 * @{ */
/** Refused, as said above. */
ULONG RtGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer, ULONG Offset,
                           ULONG Length);
ULONG RtSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer, ULONG Offset,
                           ULONG Length);
BOOL RtTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, LARGE_INTEGER BusAddress,
                           PULONG pAddressSpace, PLARGE_INTEGER pTranslatedAddress);
BOOL RtQueryPciMsiCapability(ULONG BusNumber, ULONG SlotNumber, PVOID pCapability);
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
