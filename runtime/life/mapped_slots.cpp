#include "runtime/life/mapped_slots.h"

#include "platform/clock.h"
#include "platform/shared_file.h"
#include "runtime/sync/doorbell.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint32_t chunk_slots(Pool pool) { return pool == Pool::kObjects ? 512 : 64; }

std::uint32_t slots_used(const SegmentView& view, Pool pool) {
  switch (pool) {
    case Pool::kProcesses:
      return processes_used(view);
    case Pool::kThreads:
      return threads_used(view);
    case Pool::kObjects:
      return objects_used(view);
  }
  __builtin_unreachable();
}

std::uint32_t slot_limit(const SegmentView& view, Pool pool) {
  switch (pool) {
    case Pool::kProcesses:
      return view.limits.processes;
    case Pool::kThreads:
      return view.limits.threads;
    case Pool::kObjects:
      return view.limits.objects;
  }
  __builtin_unreachable();
}

std::uint32_t all_chunks(const SegmentView& view, Pool pool) {
  return (slot_limit(view, pool) + chunk_slots(pool) - 1) / chunk_slots(pool);
}

// How many chunks each process is to have mapped: all that have slots in use, and at least half a chunk beyond.
std::uint32_t chunks_wanted(const SegmentView& view, Pool pool) {
  const std::uint32_t slots = chunk_slots(pool);
  return std::min((slots_used(view, pool) + slots / 2) / slots + 1, all_chunks(view, pool));
}

// Of a new process: as many as the one that has most, which may remember that all have that many; the mark may have
// fallen since.
std::uint32_t chunks_at_first(const SegmentView& view, Pool pool) {
  std::uint32_t wanted = chunks_wanted(view, pool);
  const std::uint32_t used = processes_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const ProcessRecord& process = view.processes[slot];
    if (process.pid.load(std::memory_order_acquire) == 0) continue;
    const std::uint32_t mapped = process.mapped_chunks[static_cast<std::size_t>(pool)].load(std::memory_order_acquire);
    wanted = std::max(wanted, mapped);
  }
  return std::min(wanted, all_chunks(view, pool));
}

void populate(const SegmentView& view, Pool pool, std::uint32_t first_chunk, std::uint32_t end_chunk) {
  const std::uint32_t first = first_chunk * chunk_slots(pool);
  const std::uint64_t count = std::min(end_chunk * chunk_slots(pool), slot_limit(view, pool)) - first;
  switch (pool) {
    case Pool::kProcesses:
      return platform::populate(&view.processes[first], count * sizeof(ProcessRecord));
    case Pool::kThreads:
      platform::populate(&view.threads[first], count * sizeof(ThreadRecord));
      return platform::populate(&view.blocks[make_block_ref(first, 0)], count * kBlocksPerThread * sizeof(WaitBlock));
    case Pool::kObjects:
      platform::populate(&view.objects[first], count * sizeof(Object));
      return platform::populate(&view.recorders[first], count * sizeof(Recorder));
  }
}

bool lags(const SegmentView& view, const ProcessRecord& process, Pool pool) {
  if (process.pid.load(std::memory_order_acquire) == 0) return false;
  if (platform::RobustLock::is_dead(process.life.observe())) return false;
  const auto index = static_cast<std::size_t>(pool);
  return process.mapped_chunks[index].load(std::memory_order_acquire) < chunks_wanted(view, pool);
}

}  // namespace

void populate_slots(const SegmentView& view) {
  for (const Pool pool : {Pool::kProcesses, Pool::kThreads, Pool::kObjects})
    populate(view, pool, 0, chunks_wanted(view, pool));
}

void map_slots(const SegmentView& view, ProcessRecord& own) {
  for (std::size_t index = 0; index < kPools; ++index) {
    const auto pool = static_cast<Pool>(index);
    const std::uint32_t mapped = own.mapped_chunks[index].load(kRelaxed);
    const std::uint32_t wanted = mapped == 0 ? chunks_at_first(view, pool) : chunks_wanted(view, pool);
    if (mapped >= wanted) continue;
    populate(view, pool, mapped, wanted);
    own.mapped_chunks[index].store(static_cast<std::uint8_t>(wanted), std::memory_order_release);
  }
}

void await_mapped(const SegmentView& view, Pool pool) {
  constexpr std::uint64_t kLongestNs = 100'000'000;  // a stopped process must not keep the others from creating
  constexpr std::uint64_t kLookAgainNs = 50'000;
  const std::uint32_t slots = chunk_slots(pool);
  if (slots_used(view, pool) % slots < slots / 2) return;
  std::atomic<std::uint8_t>& everywhere = attachment.mapped_everywhere[static_cast<std::size_t>(pool)];
  const std::uint32_t wanted = chunks_wanted(view, pool);
  if (everywhere.load(kRelaxed) >= wanted) return;
  const std::uint32_t used = processes_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    if (lags(view, view.processes[slot], pool)) ring_doorbell(view.processes[slot]);
  }
  const std::uint64_t end = platform::monotonic_ns() + kLongestNs;
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    while (lags(view, view.processes[slot], pool) && platform::monotonic_ns() < end)
      platform::sleep_until(platform::monotonic_ns() + kLookAgainNs);
  }
  everywhere.store(static_cast<std::uint8_t>(wanted), kRelaxed);
}

}  // namespace rtss::runtime
