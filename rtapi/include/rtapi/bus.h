/** @file
 * PCI buses: reading the configuration of devices. Only reading: on Linux a device belongs to a driver, and user-space
 * access goes through UIO or VFIO.
 */
#ifndef RTSS_RTAPI_BUS_H
#define RTSS_RTAPI_BUS_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Buses by their numbers on Windows. */
typedef enum _INTERFACE_TYPE { Isa = 1, Eisa = 2, PCIBus = 5 } INTERFACE_TYPE, *PINTERFACE_TYPE;

/** Kinds of bus data by their numbers on Windows. */
typedef enum _BUS_DATA_TYPE { PCIConfiguration = 4 } BUS_DATA_TYPE, *PBUS_DATA_TYPE;

/** An address on a bus or of memory. */
typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

/** Where a device is on its bus: AsULONG is the slot number that calls take. */
typedef struct _PCI_SLOT_NUMBER {
  union {
    struct {
      ULONG DeviceNumber : 5;   /**< 0 to 31 */
      ULONG FunctionNumber : 3; /**< 0 to 7 */
      ULONG Reserved : 24;
    } bits;
    ULONG AsULONG;
  } u;
} PCI_SLOT_NUMBER, *PPCI_SLOT_NUMBER;

#define PCI_TYPE0_ADDRESSES 6
#define PCI_TYPE1_ADDRESSES 2

/** Configuration space of a device, as the PCI specification lays it out. */
typedef struct _PCI_COMMON_CONFIG {
  USHORT VendorID;
  USHORT DeviceID;
  USHORT Command;
  USHORT Status;
  UCHAR RevisionID;
  UCHAR ProgIf;
  UCHAR SubClass;
  UCHAR BaseClass;
  UCHAR CacheLineSize;
  UCHAR LatencyTimer;
  UCHAR HeaderType;
  UCHAR BIST;
  union {
    struct _PCI_HEADER_TYPE_0 {
      ULONG BaseAddresses[PCI_TYPE0_ADDRESSES];
      ULONG CIS;
      USHORT SubVendorID;
      USHORT SubSystemID;
      ULONG ROMBaseAddress;
      UCHAR CapabilitiesPtr;
      UCHAR Reserved1[3];
      ULONG Reserved2;
      UCHAR InterruptLine;
      UCHAR InterruptPin;
      UCHAR MinimumGrant;
      UCHAR MaximumLatency;
    } type0;
    struct _PCI_HEADER_TYPE_1 {
      ULONG BaseAddresses[PCI_TYPE1_ADDRESSES];
      UCHAR PrimaryBus;
      UCHAR SecondaryBus;
      UCHAR SubordinateBus;
      UCHAR SecondaryLatency;
      UCHAR IOBase;
      UCHAR IOLimit;
      USHORT SecondaryStatus;
      USHORT MemoryBase;
      USHORT MemoryLimit;
      USHORT PrefetchBase;
      USHORT PrefetchLimit;
      ULONG PrefetchBaseUpper32;
      ULONG PrefetchLimitUpper32;
      USHORT IOBaseUpper16;
      USHORT IOLimitUpper16;
      UCHAR CapabilitiesPtr;
      UCHAR Reserved1[3];
      ULONG ROMBaseAddress;
      UCHAR InterruptLine;
      UCHAR InterruptPin;
      USHORT BridgeControl;
    } type1;
  } u;
  UCHAR DeviceSpecific[192];
} PCI_COMMON_CONFIG, *PPCI_COMMON_CONFIG;

/** Bytes of the part that every device has. */
#define PCI_COMMON_HDR_LENGTH ((ULONG)offsetof(PCI_COMMON_CONFIG, DeviceSpecific))

/** How many there can be. */
#define PCI_MAX_BRIDGE_NUMBER 0xFF
#define PCI_MAX_DEVICES 32
#define PCI_MAX_FUNCTION 8

/** What VendorID is where no device is. */
#define PCI_INVALID_VENDORID 0xFFFF

/** HeaderType. */
#define PCI_MULTIFUNCTION 0x80
#define PCI_DEVICE_TYPE 0x00
#define PCI_BRIDGE_TYPE 0x01
#define PCI_CARDBUS_BRIDGE_TYPE 0x02

/** Command and Status. */
#define PCI_ENABLE_IO_SPACE 0x0001
#define PCI_ENABLE_MEMORY_SPACE 0x0002
#define PCI_ENABLE_BUS_MASTER 0x0004
#define PCI_STATUS_CAPABILITIES_LIST 0x0010

/** BaseAddresses. */
#define PCI_ADDRESS_IO_SPACE 0x00000001
#define PCI_ADDRESS_MEMORY_TYPE_MASK 0x00000006
#define PCI_ADDRESS_MEMORY_PREFETCHABLE 0x00000008
#define PCI_ADDRESS_IO_ADDRESS_MASK 0xfffffffc
#define PCI_ADDRESS_MEMORY_ADDRESS_MASK 0xfffffff0
#define PCI_TYPE_32BIT 0
#define PCI_TYPE_64BIT 4

/** Capabilities. */
#define PCI_CAPABILITY_ID_POWER_MANAGEMENT 0x01
#define PCI_CAPABILITY_ID_MSI 0x05
#define PCI_CAPABILITY_ID_PCI_EXPRESS 0x10
#define PCI_CAPABILITY_ID_MSIX 0x11

/** Reads a part of a PCI device's configuration.
 *
 * @param BusDataType  PCIConfiguration
 * @param BusNumber    0 to 255, of the machine's first PCI domain
 * @param SlotNumber   AsULONG of a PCI_SLOT_NUMBER
 * @param pBuffer      receives the bytes
 * @param Offset       of the first one
 * @param Length       how many
 *
 * @return bytes read: fewer than Length where the configuration ends, or after 64 for a user other than root. Where the
 *         bus has no such device: 2, and *pBuffer is PCI_INVALID_VENDORID
 * @retval 0  nothing changed; RtGetLastError():
 *            ERROR_FILE_NOT_FOUND     there is no such bus
 *            ERROR_INVALID_PARAMETER  pBuffer is NULL, Length is below 2
 *            ERROR_ACCESS_DENIED      Linux refuses
 *            ERROR_NOT_SUPPORTED      another kind of bus data
 *
 * The bus is read through /sys/bus/pci; the environment variable RTSS_SYSFS names another tree than /sys.
 * Blocking: reads a file, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the codes are this library's choice.
 */
ULONG RtGetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer, ULONG Offset,
                           ULONG Length);

/** What RtQueryPciMsiCapability returns. */
typedef enum _MSI_CAPABILITY {
  NotMsiMsixCapable,
  MsiCapable,
  MsixCapable,
  MsiMsixCapable
} MSI_CAPABILITY,
    *PMSI_CAPABILITY;

/** Reports which kinds of message-signaled interrupt a PCI device has.
 *
 * @return its capability; NotMsiMsixCapable also when it cannot be read, with RtGetLastError():
 *         ERROR_FILE_NOT_FOUND     there is no such bus or device
 *         ERROR_ACCESS_DENIED      Linux refuses: other users than root see 64 bytes
 *
 * Blocking: reads a file, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the codes are this library's choice.
 */
MSI_CAPABILITY RtQueryPciMsiCapability(ULONG BusNumber, PCI_SLOT_NUMBER SlotNumber);

/** Refused: returns 0, changes nothing and leaves ERROR_NOT_SUPPORTED for RtGetLastError. */
ULONG RtSetBusDataByOffset(BUS_DATA_TYPE BusDataType, ULONG BusNumber, ULONG SlotNumber, PVOID pBuffer, ULONG Offset,
                           ULONG Length);

/** Gives the physical address of an address on a bus: the same. Only where RtMapMemory may reach physical memory.
 *
 * @param InterfaceType       any bus
 * @param BusNumber           any
 * @param BusAddress          of memory on that bus
 * @param pAddressSpace       in and out: 0, memory. 1, ports, is refused
 * @param pTranslatedAddress  takes the address
 *
 * @retval TRUE   translated
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_NOT_SUPPORTED      RTSS_PHYSICAL_MEMORY is not set, or it is a port
 *                ERROR_INVALID_PARAMETER  a pointer is NULL
 *
 * Blocking: no. Allocates: no. Any thread.
 * Rule: RTX documentation; the codes are this library's choice.
 */
BOOL RtTranslateBusAddress(INTERFACE_TYPE InterfaceType, ULONG BusNumber, LARGE_INTEGER BusAddress,
                           PULONG pAddressSpace, PLARGE_INTEGER pTranslatedAddress);

RTSS_END_DECLS

#endif
