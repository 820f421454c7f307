// PCI configuration, read from a tree of the test's own: a card with both kinds of message-signaled interrupt, one
// whose list of capabilities leads in a circle, and one of which only the first 64 bytes are shown. Physical memory.
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

using Config = std::array<unsigned char, 256>;

ULONG slot(ULONG device, ULONG function) {
  PCI_SLOT_NUMBER number{};
  number.u.bits.DeviceNumber = device & 0x1f;
  number.u.bits.FunctionNumber = function & 7;
  return number.u.AsULONG;
}

MSI_CAPABILITY capability(ULONG bus, ULONG device) {
  PCI_SLOT_NUMBER number{};
  number.u.AsULONG = slot(device, 0);
  return RtQueryPciMsiCapability(bus, number);
}

Config card(std::initializer_list<int> kinds) {
  Config config{};
  config[0] = 0x86;
  config[1] = 0x80;
  config[0x3c] = 11;
  if (kinds.size() != 0) config[6] = PCI_STATUS_CAPABILITIES_LIST;
  std::size_t link = 0x34;
  unsigned char at = 0x40;
  for (const int kind : kinds) {
    config[link] = at;
    config[at] = static_cast<unsigned char>(kind);
    link = at + 1U;
    at = static_cast<unsigned char>(at + 0x10);
  }
  return config;
}

class Bus : public ApiTest {
 protected:
  Bus() {
    std::string pattern = std::filesystem::temp_directory_path() / "rtapi-bus-XXXXXX";
    root_ = mkdtemp(pattern.data());
    setenv("RTSS_SYSFS", root_.c_str(), 1);
  }
  ~Bus() override {
    unsetenv("RTSS_SYSFS");
    std::filesystem::remove_all(root_);
  }

  void add(const char* name, const Config& config, std::size_t shown = Config{}.size()) {
    const std::filesystem::path folder = root_ / "bus/pci/devices" / name;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "config", std::ios::binary)
        .write(reinterpret_cast<const char*>(config.data()), static_cast<std::streamsize>(shown));
  }

  std::filesystem::path root_;
};

TEST_F(Bus, ConfigurationOfADeviceIsRead) {
  PCI_COMMON_CONFIG config{};
  add("0000:02:1f.3", card({}));

  EXPECT_EQ(RtGetBusDataByOffset(PCIConfiguration, 2, slot(0x1f, 3), &config, 0, PCI_COMMON_HDR_LENGTH), 64u);

  EXPECT_EQ(config.VendorID, 0x8086);
  EXPECT_EQ(config.u.type0.InterruptLine, 11);
  USHORT vendor = 0;
  EXPECT_EQ(RtGetBusDataByOffset(PCIConfiguration, 2, slot(0x1f, 3), &vendor, 0, 2), 2u);
  EXPECT_EQ(vendor, 0x8086);
  UCHAR line[2] = {};
  EXPECT_EQ(RtGetBusDataByOffset(PCIConfiguration, 2, slot(0x1f, 3), line,
                                 offsetof(PCI_COMMON_CONFIG, u.type0.InterruptLine), 2),
            2u);
  EXPECT_EQ(line[0], 11);
}

TEST_F(Bus, AnAbsentDeviceHasNoVendorAndAnAbsentBusNoData) {
  PCI_COMMON_CONFIG config{};
  add("0000:02:00.0", card({}));

  EXPECT_EQ(RtGetBusDataByOffset(PCIConfiguration, 2, slot(1, 0), &config, 0, sizeof config), 2u);
  EXPECT_EQ(config.VendorID, PCI_INVALID_VENDORID);
  config.VendorID = 1;
  EXPECT_FAILS(RtGetBusDataByOffset(PCIConfiguration, 3, 0, &config, 0, sizeof config), 0u, ERROR_FILE_NOT_FOUND);
  EXPECT_FAILS(RtGetBusDataByOffset(PCIConfiguration, 256, 0, &config, 0, sizeof config), 0u, ERROR_FILE_NOT_FOUND);
  EXPECT_EQ(config.VendorID, 1);
}

TEST_F(Bus, RefusesBadArguments) {
  char byte = 0;
  EXPECT_FAILS(RtGetBusDataByOffset(PCIConfiguration, 0, 0, nullptr, 0, 4), 0u, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtGetBusDataByOffset(PCIConfiguration, 0, 0, &byte, 0, 1), 0u, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtGetBusDataByOffset(static_cast<BUS_DATA_TYPE>(1), 0, 0, &byte, 0, 4), 0u, ERROR_NOT_SUPPORTED);
}

TEST_F(Bus, MessageSignaledInterruptsAreFoundAmongTheCapabilities) {
  add("0000:00:01.0", card({PCI_CAPABILITY_ID_POWER_MANAGEMENT, PCI_CAPABILITY_ID_MSI, PCI_CAPABILITY_ID_MSIX}));
  add("0000:00:02.0", card({PCI_CAPABILITY_ID_MSIX}));
  add("0000:00:03.0", card({PCI_CAPABILITY_ID_MSI}));
  add("0000:00:04.0", card({}));

  EXPECT_EQ(capability(0, 1), MsiMsixCapable);
  EXPECT_EQ(capability(0, 2), MsixCapable);
  EXPECT_EQ(capability(0, 3), MsiCapable);
  EXPECT_EQ(capability(0, 4), NotMsiMsixCapable);
  EXPECT_FAILS(capability(0, 5), NotMsiMsixCapable, ERROR_FILE_NOT_FOUND);
}

TEST_F(Bus, AListOfCapabilitiesThatLeadsInACircleEnds) {
  Config config = card({PCI_CAPABILITY_ID_MSI});
  config[0x41] = 0x40;
  add("0000:00:01.0", config);

  EXPECT_EQ(capability(0, 1), MsiCapable);
}

TEST_F(Bus, WhatOtherUsersThanRootAreNotShownIsNotGuessed) {
  add("0000:00:01.0", card({PCI_CAPABILITY_ID_MSI}), 64);
  Config buffer{};

  EXPECT_EQ(RtGetBusDataByOffset(PCIConfiguration, 0, slot(1, 0), buffer.data(), 0, 256), 64u);
  EXPECT_FAILS(capability(0, 1), NotMsiMsixCapable, ERROR_ACCESS_DENIED);
}

// The memory is a file of the test's own.
class PhysicalMemoryTest : public Bus {
 protected:
  PhysicalMemoryTest() : file_(root_ / "mem") {
    std::ofstream(file_) << std::string(4096, 'a') << std::string(4096, 'b') << std::string(4096, 'c');
    setenv("RTSS_PHYSICAL_MEMORY", file_.c_str(), 1);
  }
  ~PhysicalMemoryTest() override { unsetenv("RTSS_PHYSICAL_MEMORY"); }

  char byte_of_file(std::streamoff at) {
    char byte = 0;
    std::ifstream(file_).seekg(at).get(byte);
    return byte;
  }

  std::string file_;
};

LARGE_INTEGER physical(LONGLONG at) {
  LARGE_INTEGER address{};
  address.QuadPart = at;
  return address;
}

TEST_F(PhysicalMemoryTest, MappingReachesTheBytesFromItsAddressOn) {
  auto* const bytes = static_cast<volatile char*>(RtMapMemory(physical(4090), 100, MmNonCached));
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(bytes[5], 'a');
  EXPECT_EQ(bytes[6], 'b');

  bytes[99] = 'x';

  EXPECT_EQ(byte_of_file(4090 + 99), 'x');
  EXPECT_TRUE(RtUnmapMemory(const_cast<char*>(bytes)));
  EXPECT_FAILS(RtUnmapMemory(const_cast<char*>(bytes)), FALSE, ERROR_INVALID_PARAMETER);
}

TEST_F(PhysicalMemoryTest, BadMappingsFailWithTheirErrors) {
  EXPECT_FAILS(RtMapMemory(physical(0), 0, MmNonCached), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtMapMemory(physical(-4096), 16, MmNonCached), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtUnmapMemory(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  setenv("RTSS_PHYSICAL_MEMORY", (root_ / "none").c_str(), 1);
  EXPECT_FAILS(RtMapMemory(physical(0), 16, MmNonCached), nullptr, ERROR_FILE_NOT_FOUND);
}

TEST_F(PhysicalMemoryTest, SixtyFifthMappingFailsUntilOneEnds) {
  std::array<void*, 64> mapped{};
  for (void*& at : mapped) at = RtMapMemory(physical(0), 16, MmCached);
  EXPECT_NE(mapped.back(), nullptr);
  EXPECT_FAILS(RtMapMemory(physical(0), 16, MmCached), nullptr, ERROR_NOT_ENOUGH_MEMORY);

  EXPECT_TRUE(RtUnmapMemory(mapped[0]));

  mapped[0] = RtMapMemory(physical(0), 16, MmCached);
  EXPECT_NE(mapped[0], nullptr);
  for (void* const at : mapped) EXPECT_TRUE(RtUnmapMemory(at));
}

TEST_F(PhysicalMemoryTest, BusAddressOfMemoryIsItsPhysicalAddress) {
  ULONG space = 0;
  LARGE_INTEGER translated{};
  EXPECT_TRUE(RtTranslateBusAddress(PCIBus, 0, physical(0xfebd0000), &space, &translated));
  EXPECT_EQ(translated.QuadPart, 0xfebd0000);
  EXPECT_EQ(space, 0u);
  space = 1;
  EXPECT_FAILS(RtTranslateBusAddress(PCIBus, 0, physical(0), &space, &translated), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtTranslateBusAddress(PCIBus, 0, physical(0), nullptr, &translated), FALSE, ERROR_INVALID_PARAMETER);
}

}  // namespace
}  // namespace rtss::test
