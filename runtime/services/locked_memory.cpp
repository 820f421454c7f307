#include "runtime/services/locked_memory.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>

#include "platform/pi_mutex.h"
#include "runtime/life/attach.h"

namespace rtss::runtime {

namespace {

struct Blocks {
  platform::PiMutex mutex;
  std::map<void*, std::size_t> sizes;
  std::uint64_t total = 0;
};

Blocks& blocks() {
  // Never destroyed: static destructors may still free. A forked child may have inherited a held lock.
  static Blocks* const all = [] {
    static Blocks* made = new Blocks;
    pthread_atfork(nullptr, nullptr, [] { new (made) Blocks; });
    return made;
  }();
  return *all;
}

std::size_t page_bytes() { return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)); }

Status status_of_lock(int error) { return error == EPERM ? Status::kPrivilegeNotHeld : Status::kNoMemory; }

}  // namespace

Status allocate_locked(std::size_t bytes, void** memory) {
  if (bytes == 0) return Status::kInvalidParameter;
  const std::size_t whole = (bytes + page_bytes() - 1) / page_bytes() * page_bytes();
  void* const made = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (made == MAP_FAILED) return Status::kNoMemory;
  if (mlock(made, whole) != 0) {  // which fills it, too, unless it is refused
    munmap(made, whole);
    return Status::kNoMemory;
  }
  const InLibrary guard(self_state);
  const std::lock_guard lock(blocks().mutex);
  blocks().sizes[made] = whole;
  blocks().total += whole;
  *memory = made;
  return Status::kOk;
}

Status free_locked(void* memory) {
  const InLibrary guard(self_state);
  const std::lock_guard lock(blocks().mutex);
  const auto found = blocks().sizes.find(memory);
  if (found == blocks().sizes.end()) return Status::kInvalidParameter;
  munmap(memory, found->second);
  blocks().total -= found->second;
  blocks().sizes.erase(found);
  return Status::kOk;
}

std::uint64_t locked_bytes() {
  const InLibrary guard(self_state);
  const std::lock_guard lock(blocks().mutex);
  return blocks().total;
}

std::uint64_t available_bytes() {
  const long pages = sysconf(_SC_AVPHYS_PAGES);
  return pages > 0 ? static_cast<std::uint64_t>(pages) * page_bytes() : 0;
}

Status lock_process() {
  if (mlockall(MCL_CURRENT | MCL_FUTURE) != 0) return status_of_lock(errno);
  constexpr std::size_t kStackAhead = std::size_t{64} * 1024;
  return prepare_stack(kStackAhead);
}

void unlock_process() { munlockall(); }

Status prepare_stack(std::size_t bytes) {
  pthread_attr_t attributes;
  void* lowest = nullptr;
  std::size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return Status::kNoMemory;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  const std::size_t page = page_bytes();
  const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) / page * page;
  const auto bottom = reinterpret_cast<std::uintptr_t>(lowest) + page;
  if (here <= bottom) return Status::kOk;
  const std::size_t reach = std::min(bytes / page * page, here - bottom);
  // Downwards and by writing below the stack pointer: a growing main stack is extended page by page.
  for (std::size_t offset = page; offset <= reach; offset += page) {
    auto* const byte = reinterpret_cast<volatile char*>(here - offset);  // NOLINT(performance-no-int-to-ptr)
    *byte = *byte;  // NOLINT(clang-analyzer-core.uninitialized.Assign): any value will do
  }
  if (reach == 0) return Status::kOk;
  void* const start = reinterpret_cast<void*>(here - reach);  // NOLINT(performance-no-int-to-ptr)
  return mlock(start, reach) == 0 ? Status::kOk : status_of_lock(errno);
}

Status prepare_heap(std::size_t bytes) {
  constexpr int kUsualTrimThreshold = 128 * 1024;
  constexpr int kUsualMappings = 65536;
  static std::atomic<bool> prepared{false};
  if (bytes == 0) return Status::kOk;
  mallopt(M_TRIM_THRESHOLD, -1);  // what is freed stays with the heap
  mallopt(M_MMAP_MAX, 0);
  void* const memory = std::malloc(bytes);
  const int error = memory == nullptr ? ENOMEM : mlock(memory, bytes) == 0 ? 0 : errno;
  std::free(memory);
  if (error == 0) {
    prepared.store(true, std::memory_order_relaxed);
    return Status::kOk;
  }
  if (!prepared.load(std::memory_order_relaxed)) {
    mallopt(M_TRIM_THRESHOLD, kUsualTrimThreshold);
    mallopt(M_MMAP_MAX, kUsualMappings);
    malloc_trim(0);
  }
  return status_of_lock(error);
}

}  // namespace rtss::runtime
