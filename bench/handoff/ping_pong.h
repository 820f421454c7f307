// Two sides pass a turn to and fro: the one measurement behind every hand-off and signal figure.
//
// A side waits until the turn is its own (acquire), takes the time, and passes the turn on. On one CPU each hand-off
// is therefore one sleep and one wake-up, with a context switch between; the same shape for every contestant. A sample
// is the time from one side holding the turn to the other side holding it.
//
// On two CPUs a side keeps the turn for a while, so that the other one is waiting for it by then; a sample begins when
// the turn is passed.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <utility>

#include "bench/support/clock.h"
#include "bench/support/samples.h"

namespace rtss::bench {

enum class Peers : std::uint8_t { kThreads, kProcesses };
enum class Side : std::uint8_t { kFirst, kSecond };  // kFirst holds the turn at the start

struct Placement {
  Peers peers = Peers::kThreads;
  int cpus[2] = {0, 0};
  int fifo_priority = 0;  // 0: the ordinary policy
  int pair = 0;           // in the names of its objects: pairs that play at the same time have different ones
};

struct Rally {
  std::uint64_t warm_up = 2000;    // hand-offs each way that are not recorded
  std::uint64_t handoffs = 10000;  // recorded hand-offs each way
  std::uint64_t hold_ps = 0;       // how long a side keeps the turn
  std::uint64_t break_above_ps = Samples::kNeverBreak;
};

// Lives in memory shared by both sides.
struct alignas(64) PingPongState {
  std::atomic<std::uint32_t> ready{0};
  std::atomic<int> second_thread{0};    // the kernel's id of it, which is about to fall asleep
  alignas(64) std::uint64_t stamp = 0;  // both only touched by the holder of the turn
  Side last = Side::kFirst;
  std::uint64_t kept[2] = {0, 0};  // times a side got the turn back without the other having had it: no hand-offs
};

class Contestant {
 public:
  explicit Contestant(std::string name) : name_(std::move(name)) {}
  Contestant(const Contestant&) = delete;
  Contestant& operator=(const Contestant&) = delete;
  virtual ~Contestant() = default;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] virtual std::size_t shared_bytes() const = 0;
  virtual void prepare(void* shared) const = 0;  // once per run, before there are sides
  virtual void play(Side side, void* shared, PingPongState& state, const Rally& rally, const Clock& clock,
                    Recorder& recorder) const = 0;  // in the side's own thread

 private:
  std::string name_;
};

inline std::uint64_t hold(std::uint64_t since, std::uint64_t picoseconds, const Clock& clock) {
  std::uint64_t now = since;
  while (clock.picoseconds(since, now) < picoseconds) now = clock.stamp();
  return now;
}

void wait_for_both(PingPongState& state, Side side);

// Turn: struct Shared (in shared memory); Turn(Shared&, Side) leaves the first side holding the turn; acquire();
// pass().
template <class Turn>
class PingPong final : public Contestant {
 public:
  explicit PingPong(std::string name) : Contestant(std::move(name)) {}
  [[nodiscard]] std::size_t shared_bytes() const override { return sizeof(typename Turn::Shared); }
  void prepare(void* shared) const override { new (shared) typename Turn::Shared; }

  void play(Side side, void* shared, PingPongState& state, const Rally& rally, const Clock& clock,
            Recorder& recorder) const override {
    Turn turn(*static_cast<typename Turn::Shared*>(shared), side);
    wait_for_both(state, side);
    if (side == Side::kFirst) turn.pass();
    for (std::uint64_t i = 0; i < rally.warm_up + rally.handoffs; ++i) {
      turn.acquire();
      const std::uint64_t now = clock.stamp();
      if (state.last == side)
        ++state.kept[static_cast<std::size_t>(side)];
      else if (i >= rally.warm_up)
        recorder.record(clock.picoseconds(state.stamp, now), now);
      state.last = side;
      state.stamp = rally.hold_ps == 0 ? now : hold(now, rally.hold_ps, clock);
      turn.pass();
    }
  }
};

struct PingPongResult {
  std::string failure;  // empty when it was measured
  Recorded recorded;
  std::uint64_t kept_turns = 0;
};

// One run, in children of its own: nothing is left of it but the result.
PingPongResult play_once(const Contestant& contestant, const Placement& placement, const Rally& rally,
                         const Clock& clock, const Watch& watch);

}  // namespace rtss::bench
