#include "bench/support/load.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>

namespace rtss::bench {
namespace {

constexpr std::size_t kMemory = std::size_t{16} << 20;  // more than the nearer caches hold
constexpr std::size_t kStep = 64;
constexpr std::size_t kMapping = std::size_t{256} << 10;
constexpr int kSystemCalls = 500;

void dirty_caches(volatile unsigned char* memory) {
  for (std::size_t i = 0; i < kMemory; i += kStep) memory[i] = static_cast<unsigned char>(memory[i] + 1);
}

void keep_kernel_busy(const int (&ends)[2]) {
  char byte = 0;
  for (int i = 0; i < kSystemCalls; ++i) {
    if (write(ends[1], &byte, 1) == 1) require(read(ends[0], &byte, 1) == 1, "load: pipe lost a byte");
  }
}

// Fresh pages and their disappearance: faults, and address translations to be dropped.
void turn_memory_over() {
  void* const mapping =
      mmap(nullptr, kMapping, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
  if (mapping != MAP_FAILED) munmap(mapping, kMapping);
}

void work() {
  int ends[2];
  require(pipe2(ends, O_CLOEXEC) == 0, "load: no pipe");
  std::vector<unsigned char> memory(kMemory);
  while (true) {
    dirty_caches(memory.data());
    keep_kernel_busy(ends);
    turn_memory_over();
  }
}

}  // namespace

BackgroundLoad::BackgroundLoad(int processes) {
  const std::vector<int> cpus = allowed_cpus();
  for (std::size_t i = 0; i < static_cast<std::size_t>(processes); ++i) {
    processes_.push_back(std::make_unique<Child>(kNoLimit, [&cpus, i] {
      require(pin_to_cpu(cpus[i % cpus.size()]), "load: cannot pin");
      work();
    }));
  }
}

std::string BackgroundLoad::description() const {
  if (processes_.empty()) return "none";
  return std::to_string(processes_.size()) + (processes_.size() == 1 ? " process" : " processes") +
         ", SCHED_OTHER, pinned CPU by CPU: memory, pipes, mappings";
}

}  // namespace rtss::bench
