#include "bench/handoff/ping_pong.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

#include "bench/handoff/turns.h"
#include "bench/support/realtime.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestRun{60};
constexpr std::size_t kAlignment = 64;

std::size_t aligned(std::size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// The shared memory of one run: the state, the contestant's words, the samples of each side.
class Court {
 public:
  Court(const Contestant& contestant, const Rally& rally, const Clock& clock)
      : contestant_at_(aligned(sizeof(PingPongState))),
        memory_(contestant_at_ + aligned(contestant.shared_bytes())),
        samples_{Samples(clock, rally.break_above_ps), Samples(clock, rally.break_above_ps)} {
    new (memory_.data()) PingPongState;
    contestant.prepare(contestant_words());
  }

  [[nodiscard]] PingPongState& state() const { return *static_cast<PingPongState*>(memory_.data()); }
  [[nodiscard]] void* contestant_words() const { return static_cast<std::byte*>(memory_.data()) + contestant_at_; }
  [[nodiscard]] const Samples& samples(Side side) const { return samples_[static_cast<std::size_t>(side)]; }

 private:
  std::size_t contestant_at_;
  SharedMemory memory_;
  Samples samples_[2];
};

void play_side(const Contestant& contestant, const Court& court, Side side, const Placement& placement,
               const Rally& rally, const Clock& clock) {
  require(pin_to_cpu(placement.cpus[static_cast<std::size_t>(side)]), "cannot pin to the CPU asked for");
  if (placement.fifo_priority > 0) require(enter_fifo(placement.fifo_priority), "SCHED_FIFO refused");
  Recorder recorder(court.samples(side), clock);
  contestant.play(side, court.contestant_words(), court.state(), rally, clock, recorder);
}

}  // namespace

// Sleeps rather than yields: the other side may not have its real-time priority yet. The first side returns once the
// second, which has nothing else to do, sleeps in its first acquire: a mutex can only be handed to a waiter.
void wait_for_both(PingPongState& state, Side side) {
  const timespec nap{0, 200'000};
  state.ready.fetch_add(1);
  while (state.ready.load() < 2) nanosleep(&nap, nullptr);
  if (side == Side::kSecond) {
    state.second_thread.store(gettid());
    return;
  }
  do {
    nanosleep(&nap, nullptr);
  } while (state.second_thread.load() == 0 || !is_asleep(state.second_thread.load()));
}

PingPongResult play_once(const Contestant& contestant, const Placement& placement, const Rally& rally,
                         const Clock& clock, const Watch& watch) {
  const Court court(contestant, rally, clock);
  const auto play = [&](Side side) { play_side(contestant, court, side, placement, rally, clock); };
  const auto tell = [&] {
    Histogram both{Histogram::Range{}};
    both.merge(court.samples(Side::kFirst).histogram());
    both.merge(court.samples(Side::kSecond).histogram());
    watch(both);
  };
  PingPongResult result;
  if (placement.peers == Peers::kProcesses) {
    std::vector<std::unique_ptr<Child>> sides;
    for (const Side side : {Side::kFirst, Side::kSecond}) {
      sides.push_back(std::make_unique<Child>(kLongestRun, [&] {
        lock_memory();
        pair_of_this_process = placement.pair;
        play(side);
      }));
    }
    result.failure = wait_for_all(sides, tell);
  } else {
    Child both(kLongestRun, [&] {
      lock_memory();
      pair_of_this_process = placement.pair;
      std::thread second(play, Side::kSecond);
      play(Side::kFirst);
      second.join();
    });
    result.failure = both.wait(tell);
  }
  for (const Side side : {Side::kFirst, Side::kSecond}) result.recorded.merge(court.samples(side).recorded(clock));
  result.kept_turns = court.state().kept[0] + court.state().kept[1];
  return result;
}

}  // namespace rtss::bench
