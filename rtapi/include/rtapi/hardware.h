/** @file
 * Hardware: port I/O, interrupts, buses and physical memory. Declared so that programs compile and link.
 *
 * All of them are refused: they return FALSE, NULL, 0 or nothing, change nothing and leave ERROR_NOT_SUPPORTED for
 * RtGetLastError. On Linux a device belongs to a driver; user-space access goes through UIO or VFIO.
 * None blocks or allocates; any thread.
 */
#ifndef RTAPI_HARDWARE_H
#define RTAPI_HARDWARE_H

#include <rtapi/types.h>

RTAPI_BEGIN_DECLS

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
BOOL RTAPI RtEnablePortIo(PUCHAR StartPort, ULONG nBytes);
BOOL RTAPI RtDisablePortIo(PUCHAR StartPort, ULONG nBytes);
UCHAR RTAPI RtReadPortUchar(PUCHAR Port);
USHORT RTAPI RtReadPortUshort(PUSHORT Port);
ULONG RTAPI RtReadPortUlong(PULONG Port);
VOID RTAPI RtWritePortUchar(PUCHAR Port, UCHAR Value);
VOID RTAPI RtWritePortUshort(PUSHORT Port, USHORT Value);
VOID RTAPI RtWritePortUlong(PULONG Port, ULONG Value);
VOID RTAPI RtReadPortBufferUchar(PUCHAR Port, PUCHAR pBuffer, ULONG Count);
VOID RTAPI RtReadPortBufferUshort(PUSHORT Port, PUSHORT pBuffer, ULONG Count);
VOID RTAPI RtReadPortBufferUlong(PULONG Port, PULONG pBuffer, ULONG Count);
VOID RTAPI RtWritePortBufferUchar(PUCHAR Port, PUCHAR pBuffer, ULONG Count);
VOID RTAPI RtWritePortBufferUshort(PUSHORT Port, PUSHORT pBuffer, ULONG Count);
VOID RTAPI RtWritePortBufferUlong(PULONG Port, PULONG pBuffer, ULONG Count);
/** @} */

/** @name Interrupts
 * @{ */
typedef struct _ATTACH_INTERRUPT_PARAMETERS ATTACH_INTERRUPT_PARAMETERS, *PATTACH_INTERRUPT_PARAMETERS;
/** Refused, as said above. */
HANDLE RTAPI RtAttachInterrupt(PATTACH_INTERRUPT_PARAMETERS pParameters);
BOOL RTAPI RtReleaseInterrupt(HANDLE hInterrupt);
HANDLE RTAPI RtAttachInterruptVector(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                                     VOID(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                                     INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                     ULONG BusInterruptVector);
HANDLE RTAPI RtAttachInterruptVectorEx(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize,
                                       VOID(RTFCNDCL* pRoutine)(PVOID context), PVOID Context, ULONG Priority,
                                       INTERFACE_TYPE InterfaceType, ULONG BusNumber, ULONG BusInterruptLevel,
                                       ULONG BusInterruptVector, BOOL bShareVector, KINTERRUPT_MODE InterruptMode,
                                       VOID(RTFCNDCL* pInterruptRoutine)(PVOID context));
BOOL RTAPI RtReleaseInterruptVector(HANDLE hInterrupt);
BOOL RTAPI RtEnableInterrupts(VOID);
BOOL RTAPI RtDisableInterrupts(VOID);
/** @} */

/** @name Buses
 * @{ */
/** Refused, as said above. */
ULONG RTAPI RtGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer,
                                 ULONG Offset, ULONG Length);
ULONG RTAPI RtSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer,
                                 ULONG Offset, ULONG Length);
BOOL RTAPI RtTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, LARGE_INTEGER BusAddress,
                                 PULONG pAddressSpace, PLARGE_INTEGER pTranslatedAddress);
BOOL RTAPI RtQueryPciMsiCapability(ULONG BusNumber, ULONG SlotNumber, PVOID pCapability);
/** @} */

/** @name Physical memory
 * @{ */
/** Refused, as said above. */
PVOID RTAPI RtMapMemory(LARGE_INTEGER PhysicalAddress, ULONG nBytes, MEMORY_CACHING_TYPE CacheType);
BOOL RTAPI RtUnmapMemory(PVOID pVirtualAddress);
PVOID RTAPI RtAllocateContiguousMemory(ULONG nBytes, LARGE_INTEGER HighestAddress);
BOOL RTAPI RtFreeContiguousMemory(PVOID pVirtualAddress);
LARGE_INTEGER RTAPI RtGetPhysicalAddress(PVOID pVirtualAddress);
/** @} */

RTAPI_END_DECLS

#endif
