#include "tests/support/arena.h"

#include <sched.h>
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <new>

namespace rtss::test {
namespace {

Arena* mapped = nullptr;

}  // namespace

void map_arena() {
  void* memory = mmap(nullptr, sizeof(Arena), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap of the test arena");
    std::exit(1);
  }
  mapped = new (memory) Arena{};
}

Arena& arena() { return *mapped; }

void Arena::clear() {
  for (auto& word : words) word.store(0);
  plain.fill(0);
}

void Arena::meet(std::size_t word, std::uint32_t parties, std::uint32_t round) {
  words[word].fetch_add(1);
  while (words[word].load() < parties * (round + 1)) sched_yield();
}

}  // namespace rtss::test
