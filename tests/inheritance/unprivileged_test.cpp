// Without real-time privilege: levels order queues all the same, what is refused is counted and said, no result
// changes.
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/inheritance/inheritance_test.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

using Unprivileged = LevelTest<ProcessPeer>;

#define SKIP_WITH_REALTIME() \
  if (realtime_is_permitted()) GTEST_SKIP() << "needs a user without real-time privilege"

struct Mode {
  char text[16];
};

// For a process that has not made its first call yet.
bool set_mode(Mode mode) { return setenv("RTSS_REALTIME", mode.text, 1) == 0; }

struct SetLevel {
  BOOL done;
  DWORD error;
  int level;  // after it
};
SetLevel set_level(int level) {
  SetLevel result{};
  SetLastError(kUntouchedError);
  result.done = RtSetThreadPriority(RtGetCurrentThread(), level);
  result.error = GetLastError();
  result.level = RtGetThreadPriority(RtGetCurrentThread());
  return result;
}

// Where a peer's stderr goes from now on; the test reads it through /proc.
int keep_stderr() {
  const int file = memfd_create("stderr", MFD_CLOEXEC);
  return dup2(file, STDERR_FILENO) == STDERR_FILENO ? file : -1;
}
std::string text_of(const LevelPeer& peer, int file) {
  std::ifstream stream("/proc/" + std::to_string(peer.pid()) + "/fd/" + std::to_string(file));
  return {std::istreambuf_iterator<char>(stream), {}};
}
std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

std::uint32_t refused() { return view().info().refused_boosts; }
bool is_ordinary(const LevelPeer& peer) { return kernel_policy(peer.tid()) == SCHED_OTHER; }
std::optional<inspect::ThreadView> books(const LevelPeer& peer) { return view().thread(peer.tid()); }

TEST_F(Unprivileged, ARefusedLevelIsStillTheQueueLevel) {
  SKIP_WITH_REALTIME();
  auto& p5 = this->peer_at(5);
  p5.takes("M");
  auto& p10 = this->peer_at(10);
  auto& p30 = this->peer_at(30);
  auto& p20 = this->peer_at(20);
  EXPECT_TRUE(p30.reports_level(30));
  EXPECT_TRUE(is_ordinary(p30));
  for (LevelPeer* peer : {&p10, &p30, &p20}) peer->waits_for("M");
  EXPECT_TRUE(are_queued("M", {&p30, &p20, &p10}));
  p5.releases("M");
  for (LevelPeer* peer : {&p30, &p20, &p10}) {
    EXPECT_TRUE(peer->wakes_with(WAIT_OBJECT_0));
    EXPECT_TRUE(peer->owns("M"));
    peer->releases("M");
  }
}

TEST_F(Unprivileged, ARefusedBoostIsCountedAndChangesNoResult) {
  SKIP_WITH_REALTIME();
  auto& p5 = this->peer_at(5);
  auto& p30 = this->peer_at(30);
  p5.takes("M");
  const auto before = refused();
  p30.waits_for("M");
  EXPECT_GT(refused(), before);
  EXPECT_TRUE(is_ordinary(p5));
  EXPECT_EQ(books(p5)->effective_level, 30);
  EXPECT_EQ(books(p5)->base_level, 5);
  p5.releases("M");
  EXPECT_TRUE(p30.wakes_with(WAIT_OBJECT_0));
  EXPECT_EQ(books(p5)->effective_level, 5);
  EXPECT_TRUE(is_ordinary(p5));
}

TEST_F(Unprivileged, ARefusalIsSaidOncePerProcessWithTheRemedy) {
  SKIP_WITH_REALTIME();
  auto& loud = this->peer_at(LevelPeer::kNoLevel);
  const int file = loud.does(keep_stderr);
  ASSERT_GE(file, 0);
  EXPECT_EQ(loud.does(set_level, 20).done, TRUE);
  const auto before = refused();
  EXPECT_EQ(loud.does(set_level, 30).done, TRUE);
  EXPECT_EQ(loud.does(set_level, 40).done, TRUE);
  EXPECT_GE(refused(), before + 2);
  EXPECT_EQ(occurrences(text_of(loud, file), "RLIMIT_RTPRIO"), 1U) << text_of(loud, file);
  EXPECT_EQ(occurrences(text_of(loud, file), "\n"), 1U) << text_of(loud, file);
}

TEST_F(Unprivileged, ARefusedLevelFailsWhereRealTimeIsRequired) {
  SKIP_WITH_REALTIME();
  auto& strict = this->peer_at(LevelPeer::kNoLevel);
  EXPECT_TRUE(strict.does(set_mode, Mode{"require"}));
  const SetLevel result = strict.does(set_level, 30);
  EXPECT_EQ(result.done, FALSE);
  EXPECT_EQ(result.error, static_cast<DWORD>(ERROR_PRIVILEGE_NOT_HELD));
  EXPECT_EQ(result.level, 0);
  strict.takes("M");  // everything else works
  EXPECT_TRUE(strict.owns("M"));
}

// ---- any user -----------------------------------------------------------------------------------------------------

TEST_F(Unprivileged, WithRealTimeOffLevelsOrderQueuesAndTheKernelIsLeftAlone) {
  auto& owner = this->peer_at(LevelPeer::kNoLevel);
  auto& waiter = this->peer_at(LevelPeer::kNoLevel);
  const int file = waiter.does(keep_stderr);
  for (LevelPeer* peer : {&owner, &waiter}) EXPECT_TRUE(peer->does(set_mode, Mode{"off"}));
  EXPECT_EQ(owner.does(set_level, 10).done, TRUE);
  EXPECT_EQ(waiter.does(set_level, 30).level, 30);
  const auto before = refused();
  owner.takes("M");
  waiter.waits_for("M");
  EXPECT_EQ(books(owner)->effective_level, 30);
  EXPECT_TRUE(is_ordinary(owner));
  EXPECT_TRUE(is_ordinary(waiter));
  owner.releases("M");
  EXPECT_TRUE(waiter.wakes_with(WAIT_OBJECT_0));
  EXPECT_EQ(books(owner)->effective_level, 10);
  EXPECT_EQ(refused(), before);
  EXPECT_EQ(text_of(waiter, file), "");
}

}  // namespace
}  // namespace rtss::test
