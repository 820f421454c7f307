// Many workers at once, every kind of wait mixed, time-outs tuned to the instant of the release. Afterwards every unit
// posted was consumed once or is still there, every mutex-protected count is exact, and the one token is back.
//
// RTSS_TEST_SEED picks another storm, RTSS_TEST_SCALE makes it longer.
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

constexpr unsigned kPeers = 4;
constexpr LONG kMaximum = 1000000;

// Words of the arena.
enum Word : std::size_t { kMeeting, kPosted, kConsumed = kPosted + 2, kTakes = kConsumed + 2, kMismatches };
constexpr std::size_t kProtected = 0;  // plain word: counted only by the mutex's owner

unsigned from_environment(const char* name, unsigned fallback) {
  const char* text = std::getenv(name);
  return text == nullptr ? fallback : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

void count(std::size_t word, std::uint32_t by = 1) { arena().words[word].fetch_add(by, std::memory_order_relaxed); }

// One worker. Objects: 0 and 1 semaphores, 2 a mutex, 3 an auto-reset event that carries one token.
struct Worker {
  HANDLE objects[4] = {open_semaphore("S0"), open_semaphore("S1"), open_mutex("M"), open_event("T")};
  std::mt19937 random;

  explicit Worker(unsigned seed) : random(seed) {}
  unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random); }
  DWORD tuned_timeout() { return pick(3) == 0 ? 0 : pick(3); }

  // What was taken is accounted for at once, and given on.
  void use(unsigned object) {
    if (object < 2) {
      count(kConsumed + object);
    } else if (object == 2) {
      ++arena().plain[kProtected];
      count(kTakes);
      if (release_mutex(objects[2]) == FALSE) count(kMismatches);
    } else if (set_event(objects[3]) == FALSE) {
      count(kMismatches);
    }
  }

  void post() {
    const unsigned which = pick(2);
    const LONG units = 1;
    if (release_semaphore(objects[which], units) != FALSE) count(kPosted + which, static_cast<std::uint32_t>(units));
  }

  void wait() {
    Handles handles;
    std::vector<unsigned> on = {0, 1, 2, 3};
    std::shuffle(on.begin(), on.end(), random);
    on.resize(1 + pick(4));
    for (const unsigned object : on) handles.add(objects[object]);
    const bool all = pick(3) == 0;
    const DWORD result = (all ? wait_all : wait_any)(handles, tuned_timeout());
    if (result == WAIT_TIMEOUT) return;
    if (result >= handles.count) return count(kMismatches);
    if (!all || on.size() == 1) return use(on[result]);
    for (const unsigned object : on) use(object);
  }
};

void act(unsigned seed, unsigned rounds) {
  Worker worker(seed);
  arena().meet(kMeeting, kPeers);
  for (unsigned round = 0; round < rounds; ++round) {
    if (worker.pick(4) == 0)
      worker.post();
    else
      worker.wait();
  }
}

template <class Peer>
class Accounting : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(Accounting, Peers, PeerNames);

TYPED_TEST(Accounting, EveryUnitIsConsumedOnceOrStillThere) {
  const HANDLE semaphores[] = {create_semaphore("S0", 0, kMaximum), create_semaphore("S1", 0, kMaximum)};
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE token = create_event("T", FALSE, TRUE);
  const unsigned seed = from_environment("RTSS_TEST_SEED", 1);
  const unsigned rounds = 20000 * from_environment("RTSS_TEST_SCALE", 1);

  std::vector<Pending<void>> acts;
  for (unsigned i = 0; i < kPeers; ++i) acts.push_back(this->peer(i).start(act, seed * 100 + i, rounds));
  for (auto& pending : acts) pending.get();

  const auto word = [](std::size_t index) { return arena().words[index].load(); };
  for (unsigned i = 0; i < 2; ++i) {
    EXPECT_TRUE(has_count(semaphores[i], static_cast<LONG>(word(kPosted + i) - word(kConsumed + i))))
        << "seed " << seed;
    EXPECT_GT(word(kConsumed + i), 0U);
  }
  EXPECT_EQ(arena().plain[kProtected], word(kTakes)) << "seed " << seed;
  EXPECT_EQ(word(kMismatches), 0U) << "seed " << seed;
  EXPECT_TRUE(is_free(mutex));
  EXPECT_TRUE(is_set(token)) << "seed " << seed;
}

}  // namespace
}  // namespace rtss::test
