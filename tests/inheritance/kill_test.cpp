// A waiter killed at each step of lending and taking back: the owners it had boosted, or was about to, end up where the
// living put it, as the kernel has it.
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <ostream>

#include "platform/steps.h"
#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr DWORD kShort = 20;  // ms: the waiter is to get past the time-out, or to die on the way

struct Step {
  char label[40];
  unsigned countdown;  // at which visit
};

void PrintTo(const Step& step, std::ostream* out) { *out << step.label << " visit " << step.countdown; }

class KilledWaiter : public InheritanceTest<ProcessPeer>, public testing::WithParamInterface<Step> {};

// Blocks, times out, and so passes every step in both directions unless it is killed at one.
DWORD wait_armed(HANDLE mutex, Step step) {
  RtssArmStep(step.label, step.countdown, SIGKILL);
  return RtWaitForSingleObject(mutex, kShort);
}

// - an ordinary thread of nice 5 owns M; p20, which owns N, waits for M: it runs at 20
// - p30 waits for N and is killed at a step: before, while or after lending its level to both
// - when it is swept: p20 and the ordinary thread run at 20
// - p20 is killed: the ordinary thread is an ordinary thread of nice 5
TEST_P(KilledWaiter, LeavesEveryOwnerOfAChainAtTheLevelOfTheLiving) {
  auto& ordinary = this->peer_at(LevelPeer::kNoLevel);
  auto& p20 = this->peer_at(20);
  auto& p30 = this->peer_at(30);
  ordinary.becomes_ordinary(5);
  ordinary.takes("M");
  p20.takes("N");
  p20.waits_for("M");
  THEN(ordinary.owns("M"), ordinary.runs_at(20), p20.owns("N"), p20.runs_at(20));
  const pid_t tid = p30.tid();
  p30.starts(wait_armed, p30.mutex("N"), GetParam());
  this->peer(2).await_end();
  await("the dead are swept", [tid] { return !view().thread(tid); });
  THEN(ordinary.owns("M"), ordinary.runs_at(20), p20.owns("N"), p20.runs_at(20), p20.is_waiting());
  p20.dies();
  THEN(ordinary.owns("M"), ordinary.runs_ordinarily(5));
}

// The first visit of a label is at N or M on the way there, the later ones on the way back.
std::vector<Step> steps() {
  struct Visits {
    const char* label;
    unsigned count;
  };
  std::vector<Step> all;
  for (const Visits& visits :
       {Visits{"wait.parked", 1}, Visits{"wait.linked", 1}, Visits{"op.locked", 4}, Visits{"boost.donated", 2},
        Visits{"boost.applied", 4}, Visits{"op.settled", 4}, Visits{"op.cleared", 4}, Visits{"op.unlocked", 4},
        Visits{"op.woken", 2}, Visits{"wait.cancelled", 1}, Visits{"wait.unlinked", 1}, Visits{"boost.withdrawn", 1},
        Visits{"wait.acknowledged", 1}}) {
    for (unsigned visit = 1; visit <= visits.count; ++visit) {
      Step& step = all.emplace_back();
      std::snprintf(step.label, sizeof step.label, "%s", visits.label);
      step.countdown = visit;
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(AtEachStep, KilledWaiter, testing::ValuesIn(steps()), [](const auto& of) {
  std::string name = of.param.label + std::to_string(of.param.countdown);
  std::ranges::replace(name, '.', '_');
  return name;
});

}  // namespace
}  // namespace rtss::test
