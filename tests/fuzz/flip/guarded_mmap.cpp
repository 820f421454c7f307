// Takes the place of mmap() for this program and the library: every shared mapping of a file lies between two large
// reaches of inaccessible addresses, so that a step beyond either end is a fault and does not reach other memory.
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace {

constexpr std::size_t kGuardBytes = std::size_t{8} << 30;  // more than any 32-bit index of a wait block reaches
constexpr std::size_t kPage = 4096;

void* plain_mmap(void* address, std::size_t length, int protection, int flags, int file, off_t offset) {
  return reinterpret_cast<void*>(syscall(SYS_mmap, address, length, protection, flags, file, offset));
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void* mmap(void* address, std::size_t length, int protection,
                                                             int flags, int file, off_t offset) noexcept {
  const bool guarded = address == nullptr && file >= 0 && (flags & MAP_SHARED) != 0;
  if (!guarded) return plain_mmap(address, length, protection, flags, file, offset);
  const std::size_t pages = (length + kPage - 1) / kPage * kPage;
  void* const reserved =
      plain_mmap(nullptr, pages + 2 * kGuardBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return MAP_FAILED;
  char* const inside = static_cast<char*>(reserved) + kGuardBytes;
  void* const mapped = plain_mmap(inside, length, protection, flags | MAP_FIXED, file, offset);
  if (mapped == MAP_FAILED) {
    const int error = errno;
    munmap(reserved, pages + 2 * kGuardBytes);
    errno = error;
  }
  return mapped;
}
