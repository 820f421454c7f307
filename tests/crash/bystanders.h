// Processes with nothing of a scene's but its namespace: what a process stopped at a labelled step may delay of theirs,
// and what not, as the table in docs/protocol.md, section 4, has it.
#pragma once

#include <cstdint>
#include <optional>

#include "tests/crash/scene.h"

namespace rtss::test {

class Bystanders {
 public:
  explicit Bystanders(Scene& scene);

  // While the process is stopped: waits keep their time-outs, a death is swept, a process exits. Only calls that change
  // tables are delayed, where it holds the namespace lock, and a wait-all takes nothing where it holds the all-lock.
  // Then kills it, and ends what was delayed.
  void expect_undisturbed(ProcessPeer& stopped);

  struct Figures {  // how long beyond what was asked, in microseconds
    std::uint64_t wait = 0;
    std::uint64_t wait_all = 0;
    std::uint64_t exit = 0;
    std::uint64_t sweep = 0;
  };
  [[nodiscard]] const Figures& figures() const { return figures_; }
  // What the process held, of [N] and [A]; nothing before it was stopped.
  struct Held {
    bool names;
    bool all;
  };
  [[nodiscard]] const std::optional<Held>& held() const { return held_; }

 private:
  void expect_waits_to_end(bool all_is_held);
  void expect_a_death_to_be_swept();
  void expect_an_exit_to_end();

  Scene& scene_;
  ProcessPeer& actor_;
  ProcessPeer& owner_;
  ProcessPeer& heir_;
  ProcessPeer& leaver_;
  HANDLE first_ = nullptr;
  HANDLE second_ = nullptr;
  HANDLE mutex_ = nullptr;
  Figures figures_;
  std::optional<Held> held_;
};

}  // namespace rtss::test
