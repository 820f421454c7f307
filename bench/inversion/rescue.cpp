#include "bench/inversion/rescue.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <climits>
#include <thread>
#include <vector>

#include "bench/support/realtime.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestRun{60};

// A word that an actor sleeps on until it names the round.
struct alignas(64) RoundWord {
  std::atomic<std::uint32_t> round{0};

  void announce(std::uint32_t number) {
    round.store(number, std::memory_order_release);
    syscall(SYS_futex, &round, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
  void await(std::uint32_t number) {
    for (std::uint32_t seen = round.load(std::memory_order_acquire); seen != number;
         seen = round.load(std::memory_order_acquire)) {
      syscall(SYS_futex, &round, FUTEX_WAIT, seen, nullptr, nullptr, 0);
    }
  }
};

struct Stage {
  std::atomic<std::uint32_t> ready{0};
  std::array<RoundWord, kDeepestChain> links;
  RoundWord hog;
  RoundWord high;
  RoundWord over;                                 // high has released the last mutex
  alignas(64) std::atomic<std::uint32_t> won{0};  // the round in which high last owned it
  alignas(64) std::atomic<std::uint32_t> given_up{0};
  std::uint64_t given_up_rounds = 0;
};

class Run {
 public:
  Run(const InversionContestant& contestant, const Inversion& inversion, const Clock& clock)
      : contestant_(contestant),
        inversion_(inversion),
        clock_(clock),
        stage_memory_(sizeof(Stage)),
        samples_(clock, inversion.break_above_ps),
        contestant_memory_(contestant.shared_bytes() + 1) {
    new (stage_memory_.data()) Stage;
    contestant.prepare(contestant_memory_.data(), inversion.depth);
    actors_.push_back([this] { play_low(); });
    for (std::uint32_t k = 1; k < inversion.depth; ++k) actors_.push_back([this, k] { play_link(k); });
    actors_.push_back([this] { play_hog(); });
    actors_.push_back([this] { play_high(); });
  }

  InversionResult play(const Watch& watch) {
    const auto tell = [&] { watch(samples_.histogram()); };
    InversionResult result;
    if (inversion_.peers == Peers::kProcesses) {
      std::vector<std::unique_ptr<Child>> children;
      for (const auto& actor : actors_) {
        children.push_back(std::make_unique<Child>(kLongestRun, [this, &actor] {
          lock_memory();
          contestant_.enter();
          actor();
        }));
      }
      result.failure = wait_for_all(children, tell);
    } else {
      Child all(kLongestRun, [this] {
        lock_memory();
        contestant_.enter();
        std::vector<std::thread> threads;
        for (const auto& actor : actors_) threads.emplace_back(actor);
        for (std::thread& thread : threads) thread.join();
      });
      result.failure = all.wait(tell);
    }
    result.recorded = samples_.recorded(clock_);
    result.given_up = stage().given_up_rounds;
    return result;
  }

 private:
  [[nodiscard]] Stage& stage() const { return *static_cast<Stage*>(stage_memory_.data()); }
  [[nodiscard]] std::uint32_t last_round() const {
    return static_cast<std::uint32_t>(inversion_.warm_up + inversion_.rounds);
  }

  // Every actor is above those before it in actors_.
  std::unique_ptr<Mutexes> enter_stage(int cpu, std::uint32_t rank) {
    require(pin_to_cpu(cpu), "cannot pin to the CPU asked for");
    require(contestant_.set_priority(inversion_.low_priority + static_cast<int>(rank)), "SCHED_FIFO refused");
    auto mutexes = contestant_.open(contestant_memory_.data(), inversion_.depth);
    stage().ready.fetch_add(1);
    return mutexes;
  }

  void await_everybody() {
    const timespec nap{0, 200'000};
    const timespec settle{0, 2'000'000};
    while (stage().ready.load() < actors_.size()) nanosleep(&nap, nullptr);
    contestant_.all_have_entered();
    nanosleep(&settle, nullptr);
  }

  void play_low() {
    const auto mutexes = enter_stage(inversion_.cpu, 0);
    await_everybody();
    for (std::uint32_t round = 1; round <= last_round(); ++round) {
      mutexes->take(0);
      for (std::uint32_t k = 1; k < inversion_.depth; ++k) stage().links[k].announce(round);
      stage().hog.announce(round);
      mutexes->release(0);  // the hog has the CPU until a boost lifts this thread above it
      stage().over.await(round);
    }
  }

  void play_link(std::uint32_t k) {
    const auto mutexes = enter_stage(inversion_.cpu, k);
    for (std::uint32_t round = 1; round <= last_round(); ++round) {
      stage().links[k].await(round);
      mutexes->take(k);
      mutexes->take(k - 1);
      mutexes->release(k - 1);
      mutexes->release(k);
    }
  }

  void play_hog() {
    const auto mutexes = enter_stage(inversion_.cpu, inversion_.depth);
    for (std::uint32_t round = 1; round <= last_round(); ++round) {
      stage().hog.await(round);
      const std::uint64_t deadline = monotonic_ns() + inversion_.hog_limit_ns;
      stage().high.announce(round);
      while (stage().won.load(std::memory_order_acquire) != round) {
        if (monotonic_ns() < deadline) continue;
        stage().given_up.store(round, std::memory_order_release);
        break;
      }
    }
  }

  void play_high() {
    const auto mutexes = enter_stage(inversion_.cpu_of_high, inversion_.depth + 1);
    Recorder recorder(samples_, clock_);
    for (std::uint32_t round = 1; round <= last_round(); ++round) {
      stage().high.await(round);
      const std::uint64_t blocks = clock_.stamp();
      mutexes->take(inversion_.depth - 1);
      const std::uint64_t owns = clock_.stamp();
      stage().won.store(round, std::memory_order_release);
      if (stage().given_up.load(std::memory_order_acquire) == round)
        ++stage().given_up_rounds;
      else if (round > inversion_.warm_up)
        recorder.record(clock_.picoseconds(blocks, owns), owns);
      mutexes->release(inversion_.depth - 1);
      stage().over.announce(round);
    }
  }

  const InversionContestant& contestant_;
  const Inversion inversion_;
  const Clock& clock_;
  SharedMemory stage_memory_;
  Samples samples_;
  SharedMemory contestant_memory_;
  std::vector<std::function<void()>> actors_;
};

}  // namespace

InversionResult resolve(const InversionContestant& contestant, const Inversion& inversion, const Clock& clock,
                        const Watch& watch) {
  return Run(contestant, inversion, clock).play(watch);
}

}  // namespace rtss::bench
