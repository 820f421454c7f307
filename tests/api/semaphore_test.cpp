// Semaphores: counts, limits, hand-over and order.
#include <limits>
#include <utility>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

constexpr LONG kLongMax = std::numeric_limits<LONG>::max();
constexpr LONG kLongMin = std::numeric_limits<LONG>::min();

class Semaphore : public ApiTest {};

constexpr std::size_t kPeers = 5;

template <class Peer>
class SemaphoreBetween : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(SemaphoreBetween, Peers, PeerNames);

TEST_F(Semaphore, CreatedWithBadCountsIsRefused) {
  constexpr std::pair<LONG, LONG> kBad[] = {{-1, 1},       {0, 0},        {0, -1}, {2, 1},
                                            {kLongMin, 1}, {0, kLongMin}, {1, 0},  {kLongMax, kLongMax - 1}};
  for (const auto& [initial, maximum] : kBad) {
    SCOPED_TRACE(std::to_string(initial) + " of " + std::to_string(maximum));
    EXPECT_FAILS(create_semaphore("S", initial, maximum), nullptr, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(open_semaphore("S"), nullptr, ERROR_FILE_NOT_FOUND);
  }
}

TEST_F(Semaphore, CreatedWithBadCountsIsRefusedEvenWhenItExists) {
  const HANDLE semaphore = create_semaphore("S", 1, 1);
  EXPECT_FAILS(create_semaphore("S", 2, 1), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_TRUE(has_count(semaphore, 1));
}

TEST_F(Semaphore, CreatedWithGoodCountsHasThem) {
  constexpr std::pair<LONG, LONG> kGood[] = {{0, 1}, {1, 1}, {3, 3}, {0, kLongMax}, {kLongMax, kLongMax}};
  for (const auto& [initial, maximum] : kGood) {
    const HANDLE semaphore = create_semaphore(nullptr, initial, maximum);
    ASSERT_NE(semaphore, nullptr);
    EXPECT_EQ(query_semaphore(semaphore)->count, initial);
    EXPECT_EQ(query_semaphore(semaphore)->maximum, maximum);
    EXPECT_EQ(wait_one(semaphore, 0), initial > 0 ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
  }
}

TEST_F(Semaphore, ReleaseOfNothingOrLessIsRefused) {
  const HANDLE semaphore = create_semaphore("S", 1, 5);
  for (const LONG count : {0, -1, static_cast<int>(kLongMin)}) {
    EXPECT_FAILS(release_semaphore(semaphore, count), FALSE, ERROR_INVALID_PARAMETER);
    const auto posted = post(semaphore, count);
    EXPECT_EQ(posted.done, FALSE);
    EXPECT_EQ(posted.previous, kUnwritten);
    EXPECT_TRUE(has_count(semaphore, 1));
  }
}

TEST_F(Semaphore, ReleaseBeyondTheMaximumIsRefusedAndWritesNothing) {
  const HANDLE semaphore = create_semaphore("S", 3, 5);
  for (const LONG count : {3, 1000, static_cast<int>(kLongMax), static_cast<int>(kLongMax) - 1}) {
    SCOPED_TRACE(count);
    SetLastError(kUntouchedError);
    const auto posted = post(semaphore, count);
    EXPECT_EQ(GetLastError(), ERROR_TOO_MANY_POSTS);
    EXPECT_EQ(posted.done, FALSE);
    EXPECT_EQ(posted.previous, kUnwritten);
    EXPECT_TRUE(has_count(semaphore, 3));
  }
  EXPECT_EQ(release_semaphore(semaphore, 2), TRUE);
}

TEST_F(Semaphore, OfTheLargestMaximumDoesNotWrap) {
  const HANDLE semaphore = create_semaphore("S", 1, kLongMax);
  EXPECT_FAILS(release_semaphore(semaphore, kLongMax), FALSE, ERROR_TOO_MANY_POSTS);
  EXPECT_EQ(release_semaphore(semaphore, kLongMax - 1), TRUE);
  EXPECT_TRUE(has_count(semaphore, kLongMax));
  EXPECT_FAILS(release_semaphore(semaphore, 1), FALSE, ERROR_TOO_MANY_POSTS);
  EXPECT_EQ(wait_one(semaphore, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, kLongMax - 1));
}

TYPED_TEST(SemaphoreBetween, ReleaseTellsThePreviousCountToWhoAsksForIt) {
  auto& peer = this->peer(0);
  const HANDLE semaphore = create_semaphore("S", 1, 10);
  const HANDLE theirs = peer.call(open_semaphore, "S");

  EXPECT_EQ(peer.call(post, theirs, 3).previous, 1);
  EXPECT_EQ(post(semaphore, 2).previous, 4);
  EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
  EXPECT_EQ(peer.call(post, theirs, 1).previous, 7);
  EXPECT_TRUE(has_count(semaphore, 8));
}

TYPED_TEST(SemaphoreBetween, WaitTakesOneUnitAndBlocksAtZero) {
  auto& peer = this->peer(0);
  const HANDLE semaphore = create_semaphore("S", 2, 2);
  const HANDLE theirs = peer.call(open_semaphore, "S");

  EXPECT_EQ(wait_one(semaphore, INFINITE), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(peer.call(wait_one, theirs, INFINITE), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(wait_one(semaphore, 0), WAIT_TIMEOUT);
  auto waiting = peer.start(wait_one, theirs, INFINITE);
  await_blocked(peer);
  EXPECT_EQ(post(semaphore, 1).previous, 0);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
  EXPECT_TRUE(has_count(semaphore, 0));
}

TYPED_TEST(SemaphoreBetween, ReleaseOfOneToAWaiterLeavesTheCountAtZero) {
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  auto& peer = this->peer(0);
  auto waiting = peer.start(wait_one, peer.call(open_semaphore, "S"), INFINITE);
  await_blocked(peer);

  EXPECT_EQ(post(semaphore, 1).previous, 0);
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(wait_one(semaphore, 0), WAIT_TIMEOUT) << "the unit was the waiter's";

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TYPED_TEST(SemaphoreBetween, ReleaseServesAsManyWaitersAsItHasUnits) {
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  auto waits = this->let_wait(kPeers, open_semaphore, "S");

  EXPECT_EQ(post(semaphore, 2).previous, 0);
  EXPECT_EQ(this->still_blocked(), 3U);
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(waits[0].get(), WAIT_OBJECT_0);
  EXPECT_EQ(waits[1].get(), WAIT_OBJECT_0);

  EXPECT_EQ(post(semaphore, 7).previous, 0);
  EXPECT_EQ(this->still_blocked(), 0U);
  EXPECT_TRUE(has_count(semaphore, 4));
  for (std::size_t i = 2; i < kPeers; ++i) EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
}

TYPED_TEST(SemaphoreBetween, ReleaseIsMeasuredAgainstTheMaximumBeforeWaitersAreServed) {
  const HANDLE semaphore = create_semaphore("S", 0, 3);
  this->let_wait(kPeers, open_semaphore, "S");

  EXPECT_FAILS(release_semaphore(semaphore, 4), FALSE, ERROR_TOO_MANY_POSTS);
  EXPECT_EQ(this->still_blocked(), kPeers);
  EXPECT_EQ(release_semaphore(semaphore, 3), TRUE);
  EXPECT_EQ(this->still_blocked(), 2U);
  EXPECT_TRUE(has_count(semaphore, 0));
}

TYPED_TEST(SemaphoreBetween, ReleaseServesWaitersOfOneLevelInOrderOfArrival) {
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  auto waits = this->let_wait(kPeers, open_semaphore, "S");

  for (std::size_t i = 0; i < kPeers; ++i) {
    EXPECT_EQ(this->still_blocked(), kPeers - i);
    EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
    ASSERT_FALSE(is_blocked(this->peer(i))) << "another one was served";
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
  }
}

TYPED_TEST(SemaphoreBetween, ReleaseServesTheHighestLevelFirst) {
  SKIP_WITHOUT_REALTIME();
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  int priority = 10;
  for (std::size_t i = 0; i < kPeers; ++i) ASSERT_TRUE(this->peer(i).call(become_fifo, priority += 10));
  auto waits = this->let_wait(kPeers, open_semaphore, "S");

  for (std::size_t i = kPeers; i-- > 0;) {
    EXPECT_EQ(release_semaphore(semaphore, 1), TRUE);
    EXPECT_EQ(this->still_blocked(), i);
    ASSERT_FALSE(is_blocked(this->peer(i))) << "another one was served";
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
  }
}

TEST_F(Semaphore, ReleaseServesTheHighestLevelFirstAcrossProcessesAndThreads) {
  NEEDS_PROCESSES();
  SKIP_WITHOUT_REALTIME();
  const HANDLE semaphore = create_semaphore("S", 0, 9);
  ThreadPeer low;
  ProcessPeer middle;
  ThreadPeer high;
  low.call(become_fifo, 10);
  middle.call(become_fifo, 20);
  high.call(become_fifo, 30);
  const auto wait_on = [](Peer& peer) {
    auto waiting = peer.start(wait_one, peer.call(open_semaphore, "S"), INFINITE);
    await_blocked(peer);
    return waiting;
  };
  auto low_wait = wait_on(low);
  auto middle_wait = wait_on(middle);
  auto high_wait = wait_on(high);

  release_semaphore(semaphore, 1);
  ASSERT_FALSE(is_blocked(high));
  EXPECT_EQ(high_wait.get(), WAIT_OBJECT_0);
  release_semaphore(semaphore, 1);
  ASSERT_FALSE(is_blocked(middle));
  EXPECT_EQ(middle_wait.get(), WAIT_OBJECT_0);
  release_semaphore(semaphore, 1);
  EXPECT_EQ(low_wait.get(), WAIT_OBJECT_0);
}

TYPED_TEST(SemaphoreBetween, MayBeReleasedByAThreadThatNeverWaitedForIt) {
  const HANDLE semaphore = create_semaphore("S", 1, 2);
  auto& peer = this->peer(0);
  const HANDLE theirs = peer.call(open_semaphore, "S");
  EXPECT_EQ(wait_one(semaphore, 0), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_semaphore, theirs, 2), TRUE);
  EXPECT_TRUE(has_count(semaphore, 2));
}

TYPED_TEST(SemaphoreBetween, KeepsTheUnitsOfTheDead) {
  const HANDLE semaphore = create_semaphore("S", 3, 3);
  {
    TypeParam holder;
    const HANDLE theirs = holder.call(open_semaphore, "S");
    holder.call(wait_one, theirs, 0U);
    holder.call(wait_one, theirs, 0U);
    holder.end();
  }
  if constexpr (std::is_same_v<TypeParam, ProcessPeer>) {
    await("the dead process is swept", [] { return view().object("S")->references == 1; });
  }

  EXPECT_TRUE(has_count(semaphore, 1));
  EXPECT_EQ(wait_one(semaphore, INFINITE), WAIT_OBJECT_0) << "never abandoned";
}

TEST_F(Semaphore, CannotBeReleasedByAClosedHandle) {
  const HANDLE semaphore = create_semaphore("S", 0, 3);
  const HANDLE closed = open_semaphore("S");
  close_handle(closed);
  EXPECT_FAILS(release_semaphore(closed, 1), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_TRUE(has_count(semaphore, 0));
}

}  // namespace
}  // namespace rtss::test
