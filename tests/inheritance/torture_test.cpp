// Random steps, one at a time, and between them storms in which all act at once. Whenever all is quiet every
// thread must run at the maximum of its own level and of those it keeps waiting, as the kernel has it.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "tests/inheritance/inheritance_test.h"

namespace rtss::test {
namespace {

constexpr int kMutexes = 6;
constexpr int kPlayers = 8;
constexpr int kRounds = kSanitized ? 200 : 1000;
constexpr int kRoundsBetweenStorms = 25;
constexpr int kHighestLevel = 120;

std::string mutex_name(int number) { return "M" + std::to_string(number); }

unsigned seed() {
  const char* text = std::getenv("RTSS_TEST_SEED");
  return text == nullptr ? 20'251'122U : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// A peer's part of a storm: takes mutexes in any order with short time-outs, one, any or all of several, changes its
// level, and gives everything back.
bool storm(Handles mutexes, int level, unsigned seed_of_peer) {
  constexpr int kActs = 60;
  std::mt19937 random(seed_of_peer);
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::vector<HANDLE> owned;
  const auto release_one = [&] {
    const auto at = owned.begin() + static_cast<std::ptrdiff_t>(below(owned.size()));
    const bool released = RtReleaseMutex(*at) != FALSE;
    owned.erase(at);
    return released;
  };
  for (int act = 0; act < kActs; ++act) {
    std::shuffle(mutexes.items, mutexes.items + mutexes.count, random);
    const auto count = static_cast<DWORD>(1 + below(3));
    const bool all = below(3) == 0;
    const DWORD result =
        RtWaitForMultipleObjects(count, mutexes.items, all ? TRUE : FALSE, static_cast<DWORD>(below(3)));
    if (result == WAIT_FAILED) return false;
    const DWORD index = result >= WAIT_ABANDONED_0 ? result - WAIT_ABANDONED_0 : result;
    if (result != WAIT_TIMEOUT && all)
      owned.insert(owned.end(), mutexes.items, mutexes.items + count);
    else if (result != WAIT_TIMEOUT)
      owned.push_back(mutexes.items[index]);
    if (below(4) == 0) RtSetThreadPriority(RtGetCurrentThread(), static_cast<int>(below(kHighestLevel)));
    while (!owned.empty() && below(3) != 0) {
      if (!release_one()) return false;
    }
  }
  while (!owned.empty()) {
    if (!release_one()) return false;
  }
  return RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE;
}

// Having lent what it has to lend: a waiter is queued before its level has reached every owner.
bool is_asleep_in_a_wait(const LevelPeer& peer) { return is_blocked(peer.tid()) && is_asleep(peer); }

struct Player {
  LevelPeer* peer;
  int level;  // last set
  int base;   // in force: a lower level waits for the last release
  bool waits = false;
};

template <class PeerType>
class Torture : public InheritanceTest<PeerType> {
 protected:
  void SetUp() override {
    InheritanceTest<PeerType>::SetUp();
    if (this->IsSkipped()) return;
    std::printf("    RTSS_TEST_SEED=%u\n", seed());
    for (int i = 0; i < kPlayers; ++i) add_player();
  }

  void add_player() {
    const int level = pick(kHighestLevel);
    players_.push_back({.peer = &this->peer_at(level), .level = level, .base = level});
    for (int i = 0; i < kMutexes; ++i) players_.back().peer->mutex(mutex_name(i).c_str());
  }

  int pick(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  // ---- what is the case, by the namespace's words alone ----------------------------------------------------------

  static std::set<int> owned_by(const Player& player) {
    std::set<int> owned;
    for (int i = 0; i < kMutexes; ++i) {
      const auto mutex = view().object(mutex_name(i));
      if (mutex && mutex->owner_tid == player.peer->tid()) owned.insert(i);
    }
    return owned;
  }

  // Least solution of: level = max(base, levels of those that wait for what it owns).
  std::map<pid_t, int> expected_levels() const {
    std::map<pid_t, int> levels;
    for (const Player& player : players_) levels[player.peer->tid()] = player.base;
    for (bool changed = true; changed;) {
      changed = false;
      for (int i = 0; i < kMutexes; ++i) {
        const auto mutex = view().object(mutex_name(i));
        if (!mutex || mutex->owner_tid == 0) continue;
        for (const auto& waiter : mutex->waiters) {
          if (waiter.tid == mutex->owner_tid || levels[waiter.tid] <= levels[mutex->owner_tid]) continue;
          levels[mutex->owner_tid] = levels[waiter.tid];
          changed = true;
        }
      }
    }
    return levels;
  }

  testing::AssertionResult levels_are_right() {
    const auto expected = expected_levels();
    for (const Player& player : players_) {
      if (auto runs = player.peer->runs_at(expected.at(player.peer->tid())); !runs) return runs << ", " << what_;
    }
    return testing::AssertionSuccess();
  }

  testing::AssertionResult queues_are_sorted() {
    for (int i = 0; i < kMutexes; ++i) {
      const auto mutex = view().object(mutex_name(i));
      if (mutex && !std::ranges::is_sorted(mutex->waiters, std::greater<>{}, &inspect::Waiter::level)) {
        return testing::AssertionFailure() << "queue of " << mutex->name << " is out of order, " << what_;
      }
    }
    return testing::AssertionSuccess();
  }

  // Every peer has been started or is asleep.
  void become_quiet() {
    for (Player& player : players_) {
      if (!player.waits) continue;
      await("all is quiet", [&] { return player.peer->peer().answered() || is_asleep_in_a_wait(*player.peer); });
      if (!player.peer->peer().answered()) continue;
      EXPECT_NE(Pending<DWORD>(player.peer->peer()).get(), WAIT_FAILED) << what_;
      player.waits = false;
    }
    for (Player& player : players_) {
      if (player.level >= player.base || owned_by(player).empty()) player.base = player.level;
    }
  }

  // ---- steps -------------------------------------------------------------------------------------------------------

  // For mutexes beyond all that it owns, so that there is never a circle.
  void start_wait(Player& player) {
    const std::set<int> owned = owned_by(player);
    const int first = owned.empty() ? 0 : *owned.rbegin() + 1;
    if (first == kMutexes) return release_one(player);
    Handles wanted;
    const int several = 1 + pick(3);
    for (int i = first; i < kMutexes && static_cast<int>(wanted.count) < several; ++i) {
      if (pick(2) == 0) wanted.add(player.peer->mutex(mutex_name(i).c_str()));
    }
    if (wanted.count == 0) wanted.add(player.peer->mutex(mutex_name(first).c_str()));
    player.peer->starts(pick(3) == 0 ? wait_all : wait_any, wanted, INFINITE);
    player.waits = true;
    what_ = player.peer->name() + " waits";
  }

  void release_one(Player& player) {
    const std::set<int> owned = owned_by(player);
    if (owned.empty()) return;
    const int which = *std::next(owned.begin(), pick(static_cast<int>(owned.size())));
    player.peer->releases(mutex_name(which).c_str());
    what_ = player.peer->name() + " released " + mutex_name(which);
  }

  void change_level(Player& player) {
    player.level = pick(kHighestLevel);
    if (player.waits) {
      EXPECT_TRUE(set_level_of(*player.peer, player.level));
    } else {
      player.peer->sets_level(player.level);
    }
    what_ = player.peer->name() + (player.waits ? ", waiting," : "") + " has level " + std::to_string(player.level);
  }

  void replace(std::size_t index) {
    what_ = players_[index].peer->name() + " died";
    players_[index].peer->dies();
    players_.erase(players_.begin() + static_cast<std::ptrdiff_t>(index));
    add_player();
  }

  void take_a_step() {
    const auto index = static_cast<std::size_t>(pick(kPlayers));
    Player& player = players_[index];
    const int kind = pick(20);
    if (kind == 0)
      replace(index);
    else if (kind < 5)
      change_level(player);
    else if (player.waits)
      return;
    else if (kind < 14)
      start_wait(player);
    else
      release_one(player);
  }

  // All peers that do not wait; one of them dies in it.
  void let_storm() {
    for (Player& player : players_) {
      while (!player.waits && !owned_by(player).empty()) release_one(player);
      become_quiet();
    }
    std::vector<std::size_t> stormers;
    for (std::size_t i = 0; i < players_.size(); ++i) {
      const Player& player = players_[i];
      if (player.waits || !owned_by(player).empty()) continue;
      Handles mutexes;
      for (int m = 0; m < kMutexes; ++m) mutexes.add(player.peer->mutex(mutex_name(m).c_str()));
      player.peer->starts(storm, mutexes, player.level, static_cast<unsigned>(pick(1 << 30)));
      stormers.push_back(i);
    }
    if (stormers.empty()) return;
    const std::size_t victim = stormers[static_cast<std::size_t>(pick(static_cast<int>(stormers.size())))];
    for (const std::size_t i : stormers) {
      if (i == victim) continue;
      EXPECT_TRUE(Pending<bool>(players_[i].peer->peer()).get());
    }
    replace(victim);
    what_ = "after a storm";
  }

 private:
  std::mt19937 random_{seed()};
  std::vector<Player> players_;
  std::string what_ = "at the start";
};
TYPED_TEST_SUITE(Torture, Peers, PeerNames);

TYPED_TEST(Torture, EveryLevelIsRightAtEveryQuietPoint) {
  const auto truncated = view().info().walk_truncated;
  for (int round = 1; round <= kRounds; ++round) {
    if (round % kRoundsBetweenStorms == 0)
      this->let_storm();
    else
      this->take_a_step();
    this->become_quiet();
    THEN(this->levels_are_right(), this->queues_are_sorted());
    if (this->HasFailure()) return;
  }
  EXPECT_EQ(view().info().walk_truncated, truncated);
}

}  // namespace
}  // namespace rtss::test
