#include "bench/handoff/ping_pong.h"

#include <time.h>

#include <memory>
#include <span>
#include <thread>

#include "bench/support/realtime.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestRun{60};
constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// The shared memory of one run: the state, the contestant's words, one histogram for each side.
class Court {
 public:
  Court(const Contestant& contestant, const Histogram::Range& range)
      : range_(range),
        words_(Histogram::words_needed(range)),
        contestant_at_(aligned(sizeof(PingPongState))),
        histograms_at_(contestant_at_ + aligned(contestant.shared_bytes())),
        memory_(histograms_at_ + 2 * words_ * sizeof(std::uint64_t)) {
    new (memory_.data()) PingPongState;
    histogram(Side::kFirst).clear();
    histogram(Side::kSecond).clear();
    contestant.prepare(contestant_words());
  }

  [[nodiscard]] PingPongState& state() const { return *static_cast<PingPongState*>(memory_.data()); }
  [[nodiscard]] void* contestant_words() const { return static_cast<std::byte*>(memory_.data()) + contestant_at_; }
  [[nodiscard]] Histogram histogram(Side side) const {
    auto* const first = reinterpret_cast<std::uint64_t*>(static_cast<std::byte*>(memory_.data()) + histograms_at_);
    return {range_, std::span(first + static_cast<std::size_t>(side) * words_, words_)};
  }

 private:
  Histogram::Range range_;
  std::size_t words_;
  std::size_t contestant_at_;
  std::size_t histograms_at_;
  SharedMemory memory_;
};

void play_side(const Contestant& contestant, const Court& court, Side side, const Placement& placement,
               const Rally& rally, const Clock& clock) {
  require(pin_to_cpu(placement.cpus[static_cast<std::size_t>(side)]), "cannot pin to the CPU asked for");
  if (placement.fifo_priority > 0) require(enter_fifo(placement.fifo_priority), "SCHED_FIFO refused");
  Histogram histogram = court.histogram(side);
  contestant.play(side, court.contestant_words(), court.state(), rally, clock, histogram);
}

}  // namespace

// Sleeps rather than yields: the other side may not have its real-time priority yet.
void wait_for_both(PingPongState& state, Side side) {
  const timespec nap{0, 200'000};
  const timespec settle{0, 2'000'000};
  state.ready.fetch_add(1);
  while (state.ready.load() < 2) nanosleep(&nap, nullptr);
  if (side == Side::kSecond) return;
  // The second side has nothing to do but to fall asleep in its first acquire; a turn that it should miss all the
  // same is counted and not recorded, being part of the warm-up.
  nanosleep(&settle, nullptr);
}

PingPongResult play_once(const Contestant& contestant, const Placement& placement, const Rally& rally,
                         const Clock& clock) {
  const Court court(contestant, Histogram::Range{});
  const auto play = [&](Side side) { play_side(contestant, court, side, placement, rally, clock); };
  PingPongResult result;
  if (placement.peers == Peers::kProcesses) {
    Child first(kLongestRun, [&] {
      lock_memory();
      play(Side::kFirst);
    });
    Child second(kLongestRun, [&] {
      lock_memory();
      play(Side::kSecond);
    });
    result.failure = first.wait();
    if (result.failure.empty()) result.failure = second.wait();
  } else {
    Child both(kLongestRun, [&] {
      lock_memory();
      std::thread second(play, Side::kSecond);
      play(Side::kFirst);
      second.join();
    });
    result.failure = both.wait();
  }
  result.histogram.merge(court.histogram(Side::kFirst));
  result.histogram.merge(court.histogram(Side::kSecond));
  result.kept_turns = court.state().kept[0] + court.state().kept[1];
  return result;
}

}  // namespace rtss::bench
