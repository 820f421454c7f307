#include "platform/physical_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <mutex>

#include "platform/descriptor.h"

namespace rtss::platform {

namespace {

struct Mapping {
  void* page = nullptr;  // null: free
  std::size_t length = 0;
  void* at = nullptr;
};

std::mutex lock;
std::array<Mapping, kMostMappings> mappings;  // by lock

const char* physical_memory_file() noexcept {
  const char* const file = std::getenv("RTSS_PHYSICAL_MEMORY");
  return file == nullptr || *file == '\0' ? nullptr : file;
}

PhysicalMemory outcome_of(int error) noexcept {
  if (error == EACCES || error == EPERM) return PhysicalMemory::kDenied;
  return error == ENOMEM ? PhysicalMemory::kFull : PhysicalMemory::kMissing;
}

}  // namespace

bool reaches_physical_memory() noexcept { return physical_memory_file() != nullptr; }

PhysicalMapping map_physical(std::uint64_t address, std::uint32_t length, bool cached) noexcept {
  const char* const path = physical_memory_file();
  if (path == nullptr) return {.outcome = PhysicalMemory::kOff, .at = nullptr};
  const auto page_size = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t within = address % page_size;
  const std::scoped_lock guard(lock);
  auto* const mapping = std::find_if(mappings.begin(), mappings.end(), [](const Mapping& m) { return !m.page; });
  if (mapping == mappings.end()) return {.outcome = PhysicalMemory::kFull, .at = nullptr};
  // O_SYNC is what asks /dev/mem for uncached memory.
  const Descriptor file = open_file(path, O_RDWR | (cached ? 0 : O_SYNC));
  if (!file) return {.outcome = outcome_of(errno), .at = nullptr};
  const std::size_t whole = length + static_cast<std::size_t>(within);
  void* const page =
      mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), static_cast<off_t>(address - within));
  if (page == MAP_FAILED) return {.outcome = outcome_of(errno), .at = nullptr};
  *mapping = {.page = page, .length = whole, .at = static_cast<char*>(page) + within};
  return {.outcome = PhysicalMemory::kOk, .at = mapping->at};
}

bool unmap_physical(void* at) noexcept {
  const std::scoped_lock guard(lock);
  auto* const mapping =
      std::find_if(mappings.begin(), mappings.end(), [at](const Mapping& m) { return m.page && m.at == at; });
  if (mapping == mappings.end()) return false;
  munmap(mapping->page, mapping->length);
  *mapping = {};
  return true;
}

}  // namespace rtss::platform
