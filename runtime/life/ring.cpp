#include "runtime/life/ring.h"

#include "platform/process_identity.h"
#include "runtime/life/sweep.h"
#include "runtime/sync/doorbell.h"

namespace rtss::runtime {

namespace {

using platform::RobustLock;
constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kWatched = 16;  // processes that one reaper watches, and reapers that watch one process

enum class Direction : std::uint8_t { kForward, kBackward };

// Calls f(process, n) for the n-th live process (from 0) around `from`, nearest first.
template <typename F>
void around_the_ring(const SegmentView& view, std::uint32_t from, Direction direction, F&& f) {
  const std::uint32_t used = processes_used(view);
  std::uint32_t found = 0;
  for (std::uint32_t step = 1; step < used && found < kWatched; ++step) {
    const bool forward = direction == Direction::kForward;
    const std::uint32_t slot = forward ? (from + step) % used : (from + used - step % used) % used;
    if (slot == from || view.processes[slot].pid.load(std::memory_order_acquire) == 0) continue;
    f(view.processes[slot], found);
    ++found;
  }
}

// The word on which the n-th listener of a process sleeps.
RobustLock& notice_of(ProcessRecord& process, std::uint32_t n) {
  const std::uint32_t word = n % (kNoticeWords + 1);
  return word == 0 ? process.life : process.notices[word - 1];
}

}  // namespace

bool watch_life(RobustLock& life, platform::FutexWatch* watch) {
  std::uint32_t seen = life.observe();
  while ((seen & RobustLock::kTidMask) != 0) {
    const std::uint32_t watched = seen | RobustLock::kWaitersBit;
    if (seen == watched || life.word().compare_exchange_weak(seen, watched, std::memory_order_acq_rel)) {
      *watch = {.word = &life.word(), .expected = watched};
      return true;
    }
  }
  return false;
}

bool Watches::add_life(RobustLock& life) {
  platform::FutexWatch watch{};
  if (!watch_life(life, &watch)) return false;
  add(watch);
  return true;
}

bool watch_ring(const SegmentView& view, std::uint32_t own, Watches& watches) {
  bool dead = false;
  around_the_ring(view, own, Direction::kForward, [&](ProcessRecord& process, std::uint32_t n) {
    // A notice that reads dead beside a life word that does not: a sweeper holds that, or damage. Then its end counts.
    if (!watches.add_life(notice_of(process, n))) watches.add_life(process.life);
    dead = dead || RobustLock::is_dead(process.life.observe());
  });
  return dead;
}

void ring_watchers_of(const SegmentView& view, std::uint32_t slot) {
  around_the_ring(view, slot, Direction::kBackward,
                  [](ProcessRecord& process, std::uint32_t) { ring_doorbell(process); });
}

void cross_check(ProcessRecord& process) {
  const auto holder = static_cast<std::int32_t>(process.life.observe() & RobustLock::kTidMask);
  const std::int32_t pid = process.pid.load(kRelaxed);
  const std::int32_t reaper = platform::is_gone(pid, holder) ? 0 : holder;  // else perhaps a sweeper
  mark_if_gone(process.life, pid, reaper, process.sealed_start.load(kRelaxed));
}

void cross_check_ring(const SegmentView& view, std::uint32_t own) {
  around_the_ring(view, own, Direction::kForward, [](ProcessRecord& process, std::uint32_t) { cross_check(process); });
}

}  // namespace rtss::runtime
