// A priority inversion made on purpose, and the time until it is resolved.
//
// Actors   low       owns the first of `depth` mutexes
//          link k    owns mutex k and is blocked on mutex k-1; of rising priority, all above low
//          hog       above all of them: burns their CPU until the round is over, or its time limit ends
//          high      above the hog: blocks on the last mutex
// Round    low takes the first mutex and wakes the links, one by one; each blocks. It wakes the hog, which takes the
//          CPU away and wakes high. High stamps and blocks: now low and all links have to get past the hog, release
//          what they own, and high stamps again when it owns the last mutex. Critical sections are empty, so that
//          the sample is nothing but the resolution.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "bench/handoff/ping_pong.h"
#include "bench/support/realtime.h"

namespace rtss::bench {

inline constexpr std::uint32_t kDeepestChain = 16;

struct Inversion {
  Peers peers = Peers::kThreads;
  int cpu = 0;  // of low, links and hog
  int cpu_of_high = 0;
  int low_priority = 0;
  std::uint32_t depth = 1;
  std::uint64_t warm_up = 0;
  std::uint64_t rounds = 0;
  std::uint64_t hog_limit_ns = 0;
  std::uint64_t break_above_ps = Samples::kNeverBreak;
};

struct InversionResult {
  std::string failure;
  Recorded recorded;
  std::uint64_t given_up = 0;  // rounds that the hog outlasted: not recorded
};

// One actor's way to the mutexes, made by the actor itself.
class Mutexes {
 public:
  Mutexes() = default;
  Mutexes(const Mutexes&) = delete;
  Mutexes& operator=(const Mutexes&) = delete;
  virtual ~Mutexes() = default;
  virtual void take(std::uint32_t index) = 0;
  virtual void release(std::uint32_t index) = 0;
};

// Something that has mutexes.
class InversionContestant {
 public:
  explicit InversionContestant(std::string name) : name_(std::move(name)) {}
  InversionContestant(const InversionContestant&) = delete;
  InversionContestant& operator=(const InversionContestant&) = delete;
  virtual ~InversionContestant() = default;
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] virtual std::size_t shared_bytes() const { return 0; }
  virtual void prepare(void* /*shared*/, std::uint32_t /*depth*/) const {}  // once per run, in shared memory
  virtual void enter() const {}  // in the measuring child, before there are actors
  [[nodiscard]] virtual bool set_priority(int linux_priority) const {
    return enter_fifo(linux_priority);
  }  // of an actor
  virtual void all_have_entered() const {}
  [[nodiscard]] virtual std::unique_ptr<Mutexes> open(void* shared, std::uint32_t depth) const = 0;

 private:
  std::string name_;
};

// One run, in children of its own: nothing is left of it but the result.
InversionResult resolve(const InversionContestant& contestant, const Inversion& inversion, const Clock& clock,
                        const Watch& watch);

}  // namespace rtss::bench
