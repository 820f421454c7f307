// PCI configuration, read from a tree of the test's own: a card with both kinds of message-signaled interrupt, one
// whose list of capabilities leads in a circle, and one of which only the first 64 bytes are shown.
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

 private:
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

}  // namespace
}  // namespace rtss::test
