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
  constexpr std::pair<LONG, LONG> kBad[] = {{-1, 1},       {0, 0},         {0, -1}, {2, 1},
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

TYPED_TEST(SemaphoreBetween, MayBeReleasedByWhoeverNeverWaitedForIt) {
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

// ---- the classics: exact accounting under load ---------------------------------------------------------------------

constexpr std::uint32_t kSlots = 4;
constexpr std::size_t kHeadWord = 0;
constexpr std::size_t kTailWord = 1;
constexpr std::size_t kSumWord = 900;  // of arena().plain, under the mutex

// Puts 1..items into the ring, or takes so many out and adds them up.
std::uint32_t produce(std::uint32_t items) {
  const HANDLE room = open_semaphore("room");
  const HANDLE filled = open_semaphore("filled");
  const HANDLE mutex = open_mutex("M");
  std::uint32_t failures = 0;
  for (std::uint32_t item = 1; item <= items; ++item) {
    if (wait_one(room, INFINITE) != WAIT_OBJECT_0) ++failures;
    if (wait_one(mutex, INFINITE) != WAIT_OBJECT_0) ++failures;
    arena().plain[arena().words[kHeadWord].fetch_add(1) % kSlots] = item;
    if (!release_mutex(mutex) || !release_semaphore(filled, 1)) ++failures;
  }
  return failures;
}

std::uint32_t consume(std::uint32_t items) {
  const HANDLE room = open_semaphore("room");
  const HANDLE filled = open_semaphore("filled");
  const HANDLE mutex = open_mutex("M");
  std::uint32_t failures = 0;
  for (std::uint32_t i = 0; i < items; ++i) {
    if (wait_one(filled, INFINITE) != WAIT_OBJECT_0) ++failures;
    if (wait_one(mutex, INFINITE) != WAIT_OBJECT_0) ++failures;
    arena().plain[kSumWord] += arena().plain[arena().words[kTailWord].fetch_add(1) % kSlots];
    if (!release_mutex(mutex) || !release_semaphore(room, 1)) ++failures;
  }
  return failures;
}

TYPED_TEST(SemaphoreBetween, ProducersAndConsumersLoseAndDoubleNothing) {
  constexpr std::uint32_t kItems = 3000;  // of each producer
  const HANDLE room = create_semaphore("room", kSlots, kSlots);
  const HANDLE filled = create_semaphore("filled", 0, kSlots);
  create_mutex("M", FALSE);
  std::vector<Pending<std::uint32_t>> working;  // three consumers are starved first, then two producers held up
  for (std::size_t i = 0; i < 3; ++i) working.push_back(this->peer(i).start(consume, 2 * kItems / 3));
  for (std::size_t i = 3; i < 5; ++i) working.push_back(this->peer(i).start(produce, kItems));

  for (auto& work : working) EXPECT_EQ(work.get(), 0U);

  EXPECT_EQ(arena().plain[kSumWord], 2ULL * kItems * (kItems + 1) / 2);
  EXPECT_TRUE(has_count(room, kSlots));
  EXPECT_TRUE(has_count(filled, 0));
}

// Takes both forks at once; whoever eats must be alone with them.
std::uint32_t dine(std::uint32_t seat, std::uint32_t meals) {
  const HANDLE left = open_semaphore(std::to_string(seat).c_str());
  const HANDLE right = open_semaphore(std::to_string((seat + 1) % 5).c_str());
  std::uint32_t failures = 0;
  for (std::uint32_t meal = 0; meal < meals; ++meal) {
    if (wait_all({left, right}, INFINITE) != WAIT_OBJECT_0) ++failures;
    for (const std::uint32_t fork : {seat, (seat + 1) % 5}) {
      if (arena().words[fork].exchange(1) != 0) ++failures;
    }
    for (const std::uint32_t fork : {seat, (seat + 1) % 5}) arena().words[fork].store(0);
    if (!release_semaphore(left, 1) || !release_semaphore(right, 1)) ++failures;
  }
  return failures;
}

TYPED_TEST(SemaphoreBetween, PhilosophersWhoTakeBothForksAtOnceAllDine) {
  constexpr std::uint32_t kMeals = 1500;
  for (int fork = 0; fork < 5; ++fork) create_semaphore(std::to_string(fork).c_str(), 1, 1);
  std::vector<Pending<std::uint32_t>> dining;
  for (std::uint32_t seat = 0; seat < 5; ++seat) dining.push_back(this->peer(seat).start(dine, seat, kMeals));

  for (auto& dinner : dining) EXPECT_EQ(dinner.get(), 0U);

  for (int fork = 0; fork < 5; ++fork) EXPECT_TRUE(has_count(open_semaphore(std::to_string(fork).c_str()), 1));
}

constexpr LONG kReaders = 3;

// A reader takes one unit, a writer all of them, one by one under the mutex.
std::uint32_t read_or_write(BOOL writer, std::uint32_t rounds) {
  const HANDLE units = open_semaphore("units");
  const HANDLE writers = open_mutex("writers");
  const LONG needed = writer ? kReaders : 1;
  std::uint32_t failures = 0;
  for (std::uint32_t round = 0; round < rounds; ++round) {
    if (writer) wait_one(writers, INFINITE);
    for (LONG i = 0; i < needed; ++i) failures += wait_one(units, INFINITE) != WAIT_OBJECT_0 ? 1U : 0U;
    if (writer) release_mutex(writers);
    const std::uint32_t inside = writer ? 100 : 1;
    const std::uint32_t before = arena().words[0].fetch_add(inside);
    if (writer ? before != 0 : before >= 100) ++failures;
    arena().words[0].fetch_sub(inside);
    if (!release_semaphore(units, needed)) ++failures;
  }
  return failures;
}

TYPED_TEST(SemaphoreBetween, ReadersShareAndWritersAreAlone) {
  constexpr std::uint32_t kRounds = 1500;
  const HANDLE units = create_semaphore("units", kReaders, kReaders);
  create_mutex("writers", FALSE);
  std::vector<Pending<std::uint32_t>> working;
  for (std::size_t i = 0; i < 5; ++i) working.push_back(this->peer(i).start(read_or_write, i < 2 ? TRUE : FALSE, kRounds));

  for (auto& work : working) EXPECT_EQ(work.get(), 0U);

  EXPECT_TRUE(has_count(units, kReaders));
}

constexpr std::size_t kServedWord = 0;
constexpr std::size_t kTurnedAwayWord = 1;

// Customers go away when no chair is free; everybody who sat down is served by the sleeping barber.
std::uint32_t visit_barber(std::uint32_t visits) {
  const HANDLE chairs = open_semaphore("chairs");
  const HANDLE waiting = open_semaphore("waiting");
  const HANDLE done = open_semaphore("done");
  std::uint32_t failures = 0;
  for (std::uint32_t visit = 0; visit < visits; ++visit) {
    if (wait_one(chairs, 0) != WAIT_OBJECT_0) {
      arena().words[kTurnedAwayWord].fetch_add(1);
      continue;
    }
    if (!release_semaphore(waiting, 1) || wait_one(done, INFINITE) != WAIT_OBJECT_0) ++failures;
    arena().words[kServedWord].fetch_add(1);
    if (!release_semaphore(chairs, 1)) ++failures;
  }
  return failures;
}

TYPED_TEST(SemaphoreBetween, SleepingBarberServesEverybodyWhoSatDown) {
  constexpr std::uint32_t kVisits = 1000;
  const HANDLE chairs = create_semaphore("chairs", 2, 2);
  const HANDLE waiting = create_semaphore("waiting", 0, 5);
  const HANDLE done = create_semaphore("done", 0, 5);
  const HANDLE closing = create_event("closing", TRUE, FALSE);
  ThreadPeer barber;
  auto cutting = barber.start(
      [](HANDLE customers, HANDLE finished, HANDLE end) {
        std::uint32_t cuts = 0;
        while (wait_any({customers, end}, INFINITE) == WAIT_OBJECT_0) {
          ++cuts;
          release_semaphore(finished, 1);
        }
        return cuts;
      },
      waiting, done, closing);
  std::vector<Pending<std::uint32_t>> visiting;
  for (std::size_t i = 0; i < kPeers; ++i) visiting.push_back(this->peer(i).start(visit_barber, kVisits));

  for (auto& visit : visiting) EXPECT_EQ(visit.get(), 0U);
  set_event(closing);

  EXPECT_EQ(cutting.get(), arena().words[kServedWord].load());
  EXPECT_EQ(arena().words[kServedWord].load() + arena().words[kTurnedAwayWord].load(), 5 * kVisits);
  EXPECT_TRUE(has_count(chairs, 2));
  EXPECT_TRUE(has_count(waiting, 0));
  EXPECT_TRUE(has_count(done, 0));
}

}  // namespace
}  // namespace rtss::test
