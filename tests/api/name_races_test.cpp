// Names created and closed by many at once.
#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

template <class Peer>
class NameRaces : public ApiTest {};
TYPED_TEST_SUITE(NameRaces, Peers, PeerNames);

struct RaceTally {
  std::uint32_t created;
  std::uint32_t failed;
  std::uint32_t creator_did_not_own;
  std::uint32_t wrong_results;
};

// All racers create one name at once, each round anew, and then count themselves under the mutex.
RaceTally race_to_create(std::uint32_t racers, std::uint32_t rounds) {
  RaceTally tally{};
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const std::string name = "race " + std::to_string(round);
    arena().meet(0, racers, round);
    const HANDLE mutex = RtCreateMutexA(nullptr, TRUE, name.c_str());
    const bool created = GetLastError() == ERROR_SUCCESS;
    if (mutex == nullptr) ++tally.failed;
    if (created) ++tally.created;
    if (!created && wait_one(mutex, INFINITE) != WAIT_OBJECT_0) ++tally.wrong_results;
    ++arena().plain[round];
    if (!RtReleaseMutex(mutex)) ++(created ? tally.creator_did_not_own : tally.wrong_results);
    arena().meet(1, racers, round);
    RtCloseHandle(mutex);
  }
  return tally;
}

TYPED_TEST(NameRaces, OfSeveralCreatorsAtOnceExactlyOneCreatesAndOwns) {
  constexpr std::uint32_t kRacers = 4;
  constexpr std::uint32_t kRounds = 800;
  TypeParam racers[kRacers];
  std::vector<Pending<RaceTally>> races;
  for (auto& racer : racers) races.push_back(racer.start(race_to_create, kRacers, kRounds));

  std::uint32_t created = 0;
  for (auto& race : races) {
    const auto tally = race.get();
    created += tally.created;
    EXPECT_EQ(tally.failed, 0U);
    EXPECT_EQ(tally.creator_did_not_own, 0U);
    EXPECT_EQ(tally.wrong_results, 0U);
  }

  EXPECT_EQ(created, kRounds);
  for (std::uint32_t round = 0; round < kRounds; ++round) EXPECT_EQ(arena().plain[round], kRacers);
}

struct HammerTally {
  std::uint32_t failed_creates;
  std::uint32_t odd_errors;
  std::uint32_t failed_calls;
};

// Creates and closes two names over and over; now and then closes while owning.
HammerTally hammer_two_names(std::uint32_t rounds) {
  HammerTally tally{};
  arena().meet(0, 4);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, (round & 1) != 0 ? "odd" : "even");
    const DWORD error = GetLastError();
    if (mutex == nullptr) {
      ++tally.failed_creates;
      continue;
    }
    if (error != ERROR_SUCCESS && error != ERROR_ALREADY_EXISTS) ++tally.odd_errors;
    const bool taken = wait_one(mutex, 0) != WAIT_TIMEOUT;
    const bool leave_owned = round % 256 == 0;
    if (taken && !leave_owned && !RtReleaseMutex(mutex)) ++tally.failed_calls;
    if (!RtCloseHandle(mutex)) ++tally.failed_calls;
  }
  return tally;
}

TYPED_TEST(NameRaces, CreatedAndClosedByManyAtOnceStaySound) {
  constexpr std::uint32_t kRounds = 20'000;
  TypeParam peers[4];
  std::vector<Pending<HammerTally>> hammers;
  for (auto& peer : peers) hammers.push_back(peer.start(hammer_two_names, kRounds));

  for (auto& hammer : hammers) {
    const auto tally = hammer.get();
    EXPECT_EQ(tally.failed_creates, 0U);
    EXPECT_EQ(tally.odd_errors, 0U);
    EXPECT_EQ(tally.failed_calls, 0U);
  }
}

}  // namespace
}  // namespace rtss::test
