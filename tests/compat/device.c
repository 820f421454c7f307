/* In the style of a driver for a PCI card: the card is looked for on the buses, its interrupt is attached by message or
 * by line, and its registers are mapped. Without a card it says so and ends. Also built as C++.
 * environment: RTSS_SYSFS=. */
#include <SDKDDKVer.h>
#include <direct.h>
#include <rtapi.h>
#include <rtssapi.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

#define CARD_VENDOR 0x10ee
#define CARD_DEVICE 0x7014

typedef struct {
  PCI_COMMON_CONFIG config;
  PCI_SLOT_NUMBER slot;
  ULONG bus;
  PHYSICAL_ADDRESS base;
  volatile ULONG* registers;
  HANDLE interrupt;
} CARD, *PCARD;

static CARD card;

/* The tree that the library reads instead of the machine's: one card on bus 1. */
static void plug_card(void) {
  static PCI_COMMON_CONFIG config;
  FILE* file;
  ULONG bar = 0xfe000000u | PCI_TYPE_64BIT;
  EXPECT(_mkdir("bus") == 0 && _mkdir("bus/pci") == 0 && _mkdir("bus/pci/devices") == 0);
  EXPECT(_mkdir("bus/pci/devices/0000:01:02.0") == 0);
  config.VendorID = CARD_VENDOR;
  config.DeviceID = CARD_DEVICE;
  config.Status = PCI_STATUS_CAPABILITIES_LIST;
  config.u.type0.BaseAddresses[0] = bar;
  config.u.type0.CapabilitiesPtr = 0x40;
  config.u.type0.InterruptLine = 10;
  config.DeviceSpecific[0] = PCI_CAPABILITY_ID_MSI;
  EXPECT(fopen_s(&file, "bus/pci/devices/0000:01:02.0/config", "wb") == 0);
  EXPECT(fwrite(&config, 1, sizeof config, file) == sizeof config && fclose(file) == 0);
}

static BOOLEAN RTFCNDCL InterruptThread(PVOID context) {
  UNREFERENCED_PARAMETER(context);
  return TRUE;
}

static INTERRUPT_DISPOSITION RTFCNDCL InterruptRoutine(PVOID context) {
  PCARD my = (PCARD)context;
  if (my->registers == NULL) return PassToNextDevice;
  return my->registers[0] != 0 ? CallInterruptThread : Dismiss;
}

static BOOL FindCard(PCARD my) {
  for (my->bus = 0; my->bus <= PCI_MAX_BRIDGE_NUMBER; my->bus++) {
    my->slot.u.AsULONG = 0;
    for (ULONG device = 0; device < PCI_MAX_DEVICES; device++) {
      my->slot.u.bits.DeviceNumber = device;
      ULONG bytes =
          RtGetBusDataByOffset(PCIConfiguration, my->bus, my->slot.u.AsULONG, &my->config, 0, PCI_COMMON_HDR_LENGTH);
      if (bytes == 0) break; /* no more buses like this */
      if (my->config.VendorID == PCI_INVALID_VENDORID) continue;
      if (my->config.VendorID == CARD_VENDOR && my->config.DeviceID == CARD_DEVICE) return TRUE;
    }
  }
  return FALSE;
}

static HANDLE AttachCard(PCARD my) {
  ATTACH_INTERRUPT_PARAMETERS attach;
  memset(&attach, 0, sizeof attach);
  if (RtQueryPciMsiCapability(my->bus, my->slot) != NotMsiMsixCapable) {
    attach.AttachVersion = ATTACH_MESSAGE_BASED;
    attach.MessageBased.pRoutine = InterruptThread;
    attach.MessageBased.Context = my;
    attach.MessageBased.Priority = RT_PRIORITY_MAX;
    attach.MessageBased.BusNumber = my->bus;
    attach.MessageBased.SlotNumber = my->slot;
    attach.MessageBased.MyInterrupt = InterruptRoutine;
    attach.MessageBased.ProcessorEnableMask = (KAFFINITY)1 << RtGetCurrentProcessorNumber();
  } else {
    attach.AttachVersion = ATTACH_LINE_BASED;
    attach.LineBased.pRoutine = InterruptThread;
    attach.LineBased.Context = my;
    attach.LineBased.InterfaceType = PCIBus;
    attach.LineBased.SlotNumber = my->slot;
    attach.LineBased.BusInterruptLevel = my->config.u.type0.InterruptLine;
    attach.LineBased.Shared = TRUE;
    attach.LineBased.InterruptMode = LevelSensitive;
    attach.LineBased.MyInterrupt = InterruptRoutine;
  }
  return RtAttachInterrupt(&attach);
}

void _tmain(int argc, _TCHAR* argv[]) {
  LARGE_INTEGER highest;
  PVOID buffer;
  UNREFERENCED_PARAMETER(argc);
  UNREFERENCED_PARAMETER(argv);
  EXPECT(!FindCard(&card));
  plug_card();
  EXPECT(FindCard(&card) && card.bus == 1 && card.slot.u.bits.DeviceNumber == 2);
  EXPECT(RtQueryPciMsiCapability(card.bus, card.slot) == MsiCapable);
  EXPECT((card.config.u.type0.BaseAddresses[0] & PCI_ADDRESS_IO_SPACE) == 0);
  card.base.QuadPart = card.config.u.type0.BaseAddresses[0] & PCI_ADDRESS_MEMORY_ADDRESS_MASK;
  EXPECT(card.base.LowPart == 0xfe000000u);

  /* What belongs to drivers on Linux is refused, and the program hears of it. */
  card.registers = (volatile ULONG*)RtMapMemory(card.base, 4096, MmNonCached);
  EXPECT(card.registers == NULL && GetLastError() == ERROR_NOT_SUPPORTED);
  card.interrupt = AttachCard(&card);
  EXPECT(card.interrupt == NULL && GetLastError() == ERROR_NOT_SUPPORTED);
  EXPECT(InterruptRoutine(&card) == PassToNextDevice && InterruptThread(&card));
  EXPECT(!RtEnablePortIo((PUCHAR)0x378, 3) && RtReadPortUchar((PUCHAR)0x378) == 0);
  EXPECT(!RtMonitorControl(MONITOR_CONTROL_START, NULL, 0) && RtShrinkLocalMemory(4096) == 0);
  highest.QuadPart = 0xffffffff;
  buffer = RtAllocateContiguousMemory(4096, highest);
  EXPECT(buffer == NULL || RtFreeContiguousMemory(buffer));
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
