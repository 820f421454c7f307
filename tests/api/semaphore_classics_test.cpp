// The classic exercises with semaphores, each with exact accounting.
#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

constexpr std::size_t kPeers = 5;

template <class Peer>
class SemaphoreClassics : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(SemaphoreClassics, Peers, PeerNames);

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

TYPED_TEST(SemaphoreClassics, ProducersAndConsumersLoseAndDoubleNothing) {
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

// Takes both forks at once; a philosopher that eats must be alone with them.
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

TYPED_TEST(SemaphoreClassics, PhilosophersWhoTakeBothForksAtOnceAllDine) {
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

TYPED_TEST(SemaphoreClassics, ReadersShareAndWritersAreAlone) {
  constexpr std::uint32_t kRounds = 1500;
  const HANDLE units = create_semaphore("units", kReaders, kReaders);
  create_mutex("writers", FALSE);
  std::vector<Pending<std::uint32_t>> working;
  for (std::size_t i = 0; i < 5; ++i)
    working.push_back(this->peer(i).start(read_or_write, i < 2 ? TRUE : FALSE, kRounds));

  for (auto& work : working) EXPECT_EQ(work.get(), 0U);

  EXPECT_TRUE(has_count(units, kReaders));
}

constexpr std::size_t kServedWord = 0;
constexpr std::size_t kTurnedAwayWord = 1;

// Customers go away when no chair is free; each one that sat down is served by the sleeping barber.
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

TYPED_TEST(SemaphoreClassics, SleepingBarberServesEverybodyWhoSatDown) {
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
