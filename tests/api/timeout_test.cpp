// Time-outs: never early, never lost against a signal, undisturbed by Linux signals.
#include <sys/prctl.h>
#include <time.h>

#include <csignal>
#include <limits>
#include <vector>

#include "tests/support/api_test.h"
#include "tests/support/rounds.h"

namespace rtss::test {
namespace {

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(now.tv_nsec);
}

ULARGE_INTEGER in_100ns(std::uint64_t units) {
  ULARGE_INTEGER time;
  time.QuadPart = units;
  return time;
}

DWORD wait_one_ex(HANDLE handle, std::uint64_t units) {
  auto time = in_100ns(units);
  return RtWaitForSingleObjectEx(handle, &time);
}

DWORD wait_many_ex(const Handles& handles, BOOL all, std::uint64_t units) {
  auto time = in_100ns(units);
  return RtWaitForMultipleObjectsEx(handles.count, handles.items, all, &time);
}

constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();

class Timeout : public ApiTest {};

template <class Peer>
class TimeoutBetween : public ApiTestWith<Peer> {};
TYPED_TEST_SUITE(TimeoutBetween, Peers, PeerNames);

TEST_F(Timeout, IsNeverEarly) {
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const HANDLE semaphore = create_semaphore(nullptr, 0, 1);
  for (const DWORD milliseconds : {1U, 2U, 7U, 30U}) {
    const std::uint64_t nanoseconds = milliseconds * 1'000'000ULL;
    std::uint64_t start = now_ns();
    EXPECT_EQ(wait_one(event, milliseconds), WAIT_TIMEOUT);
    EXPECT_GE(now_ns() - start, nanoseconds);
    start = now_ns();
    EXPECT_EQ(wait_any({event, semaphore}, milliseconds), WAIT_TIMEOUT);
    EXPECT_GE(now_ns() - start, nanoseconds);
    start = now_ns();
    EXPECT_EQ(wait_all({event, semaphore}, milliseconds), WAIT_TIMEOUT);
    EXPECT_GE(now_ns() - start, nanoseconds);
  }
}

TEST_F(Timeout, OfTheExCallsIsInUnitsOfAHundredNanosecondsAndNeverEarly) {
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  for (const std::uint64_t units : {1ULL, 9ULL, 500ULL, 12'345ULL, 70'000ULL}) {
    std::uint64_t start = now_ns();
    EXPECT_EQ(wait_one_ex(event, units), WAIT_TIMEOUT);
    EXPECT_GE(now_ns() - start, units * 100);
    for (const BOOL all : {FALSE, TRUE}) {
      start = now_ns();
      EXPECT_EQ(wait_many_ex({event}, all, units), WAIT_TIMEOUT);
      EXPECT_GE(now_ns() - start, units * 100);
    }
  }
}

TYPED_TEST(TimeoutBetween, OfAMutexOwnedByAnotherIsNeverEarly) {
  constexpr DWORD kMilliseconds = 25;
  auto& owner = this->peer(0);
  owner.call(create_mutex, "M", TRUE);
  const HANDLE mutex = open_mutex("M");

  const std::uint64_t start = now_ns();
  EXPECT_EQ(wait_one(mutex, kMilliseconds), WAIT_TIMEOUT);
  EXPECT_GE(now_ns() - start, kMilliseconds * 1'000'000ULL);
  owner.end();
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  release_mutex(mutex);
}

TEST_F(Timeout, OfZeroPollsAndTakesWhatIsSignaled) {
  const HANDLE event = create_event(nullptr, FALSE, TRUE);
  EXPECT_EQ(wait_one_ex(event, 0), WAIT_OBJECT_0);
  EXPECT_EQ(wait_one_ex(event, 0), WAIT_TIMEOUT);
  set_event(event);
  EXPECT_EQ(wait_many_ex({event}, TRUE, 0), WAIT_OBJECT_0);
  EXPECT_EQ(wait_many_ex({event}, FALSE, 0), WAIT_TIMEOUT);
}

TEST_F(Timeout, OfTheExCallsMustBeGiven) {
  const HANDLE event = create_event(nullptr, FALSE, TRUE);
  EXPECT_FAILS(RtWaitForSingleObjectEx(event, nullptr), WAIT_FAILED, ERROR_INVALID_PARAMETER);
  for (const BOOL all : {FALSE, TRUE}) {
    EXPECT_FAILS(RtWaitForMultipleObjectsEx(1, &event, all, nullptr), WAIT_FAILED, ERROR_INVALID_PARAMETER);
  }
  EXPECT_TRUE(is_set(event));
}

TYPED_TEST(TimeoutBetween, ThatIsInfiniteOrHugeDoesNotEndTheWait) {
  struct Form {
    const char* name;
    DWORD (*wait)(HANDLE handle);
  };
  constexpr Form kForms[] = {
      {"INFINITE", [](HANDLE handle) { return wait_one(handle, INFINITE); }},
      {"0xFFFFFFFE ms", [](HANDLE handle) { return wait_one(handle, 0xFFFF'FFFE); }},
      {"0x80000000 ms", [](HANDLE handle) { return wait_one(handle, 0x8000'0000); }},
      {"0xFFFFFFFE ms any", [](HANDLE handle) { return wait_any({handle}, 0xFFFF'FFFE); }},
      {"0xFFFFFFFE ms all", [](HANDLE handle) { return wait_all({handle}, 0xFFFF'FFFE); }},
      {"Ex for ever", [](HANDLE handle) { return wait_one_ex(handle, kForEver); }},
      {"Ex almost for ever", [](HANDLE handle) { return wait_one_ex(handle, kForEver - 1); }},
      {"Ex half of it", [](HANDLE handle) { return wait_one_ex(handle, kForEver / 2 + 1); }},
      {"Ex wraps in ns", [](HANDLE handle) { return wait_one_ex(handle, kForEver / 100 + 1); }},
      {"Ex any", [](HANDLE handle) { return wait_many_ex({handle}, FALSE, kForEver - 1); }},
      {"Ex all", [](HANDLE handle) { return wait_many_ex({handle}, TRUE, kForEver); }},
  };
  const HANDLE event = create_event("E", FALSE, FALSE);
  auto& peer = this->peer(0);
  const HANDLE theirs = peer.call(open_event, "E");
  for (const auto& form : kForms) {
    SCOPED_TRACE(form.name);
    auto waiting = peer.start(form.wait, theirs);
    await("the wait is blocked or has ended", [&] { return is_blocked(peer) || waiting.done(); });
    EXPECT_EQ(wait_one(create_event(nullptr, FALSE, FALSE), 5), WAIT_TIMEOUT);
    EXPECT_FALSE(waiting.done()) << "ended without a signal";
    set_event(event);
    EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
    reset_event(event);
  }
}

// ---- Linux signals
// ---------------------------------------------------------------------------------------------------

void count_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { arena().words[0].fetch_add(1); };  // no SA_RESTART
  sigaction(SIGUSR1, &action, nullptr);
}

TEST_F(Timeout, AndWaitsGoOnThroughHandledSignals) {
  NEEDS_PROCESSES();
  const HANDLE event = create_event("E", FALSE, FALSE);
  ProcessPeer peer;
  const HANDLE theirs = peer.call(open_event, "E");
  peer.call(count_signals);
  auto waiting = peer.start(wait_one, theirs, INFINITE);
  await_blocked(peer);

  for (std::uint32_t i = 1; i <= 50; ++i) {
    peer.signal(SIGUSR1);
    await("the signal is handled", [i] { return arena().words[0].load() == i; });
    EXPECT_FALSE(waiting.done());
  }
  EXPECT_TRUE(is_blocked(peer));
  set_event(event);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

struct Waited {
  DWORD result;
  std::uint64_t nanoseconds;
};

Waited wait_and_measure(HANDLE handle, DWORD milliseconds) {
  const std::uint64_t start = now_ns();
  const DWORD result = wait_one(handle, milliseconds);
  return {.result = result, .nanoseconds = now_ns() - start};
}

TEST_F(Timeout, KeepsItsDeadlineUnderARainOfSignals) {
  NEEDS_PROCESSES();
  constexpr DWORD kMilliseconds = 100;
  ProcessPeer peer;
  const HANDLE event = peer.call(create_event, "E", FALSE, FALSE);
  peer.call(count_signals);

  // Again where this thread did not get to run often enough to make it rain.
  do {
    arena().words[0] = 0;
    auto waiting = peer.start(wait_and_measure, event, kMilliseconds);
    while (!waiting.done()) {  // a deadline that started anew with each signal would never come
      peer.signal(SIGUSR1);
      const timespec briefly{.tv_sec = 0, .tv_nsec = 200'000};
      nanosleep(&briefly, nullptr);
    }
    const auto waited = waiting.get();
    EXPECT_EQ(waited.result, WAIT_TIMEOUT);
    EXPECT_GE(waited.nanoseconds, kMilliseconds * 1'000'000ULL);
  } while (arena().words[0] <= 10);
}

TEST_F(Timeout, AndWaitsSurviveStopAndContinue) {
  NEEDS_PROCESSES();
  const HANDLE event = create_event("E", FALSE, FALSE);
  ProcessPeer peer;
  auto waiting = peer.start(wait_one, peer.call(open_event, "E"), INFINITE);
  await_asleep(peer);
  for (int i = 0; i < 3; ++i) {
    peer.signal(SIGSTOP);
    peer.signal(SIGCONT);
  }
  EXPECT_TRUE(is_blocked(peer));

  peer.signal(SIGSTOP);
  set_event(event);
  EXPECT_TRUE(is_clear(event)) << "a stopped waiter is served like any other";
  peer.signal(SIGCONT);

  EXPECT_EQ(waiting.get(), WAIT_OBJECT_0);
}

TEST_F(Timeout, ThatPassedWhileTheWaiterWasStoppedYieldsToASignal) {
  NEEDS_PROCESSES();
  constexpr DWORD kMilliseconds = 50;
  const HANDLE event = create_event("E", FALSE, FALSE);
  const HANDLE never = create_event(nullptr, FALSE, FALSE);
  ProcessPeer peer;
  auto waiting = peer.start(wait_one, peer.call(open_event, "E"), kMilliseconds);
  await("the peer sleeps, with no lock, or gave up",
        [&] { return (is_blocked(peer) && sleeps(peer)) || waiting.done(); });
  peer.signal(SIGSTOP);
  EXPECT_EQ(wait_one(never, 2 * kMilliseconds), WAIT_TIMEOUT);
  const bool still_waiting = is_blocked(peer);  // else it was too slow to be stopped in time

  set_event(event);
  peer.signal(SIGCONT);

  EXPECT_EQ(waiting.get(), still_waiting ? WAIT_OBJECT_0 : WAIT_TIMEOUT);
  EXPECT_EQ(wait_one(event, 0), still_waiting ? WAIT_TIMEOUT : WAIT_OBJECT_0);
}

// ---- time-out against signal
// ------------------------------------------------------------------------------------------

enum class Raced : std::uint32_t { kMutex, kEvent, kSemaphore };
enum class Form : std::uint32_t { kOne, kAny, kAll };
struct Race {
  Raced object;
  Form form;
  std::uint32_t rounds;
};

constexpr std::size_t kCallWord = 0;     // signaler: round n is on
constexpr std::size_t kWaitingWord = 1;  // waiter: about to wait in round n
constexpr std::size_t kOutcomeWord = 2;  // waiter: how it ended
constexpr std::uint32_t kAcquired = 1;
constexpr std::uint32_t kTimedOut = 2;
constexpr std::uint32_t kWrong = 3;
constexpr std::uint64_t kRaceUnits = 600;  // 60 us

HANDLE open_raced(Raced object) {
  switch (object) {
    case Raced::kMutex:
      return open_mutex("raced");
    case Raced::kEvent:
      return open_event("raced");
    default:
      return open_semaphore("raced");
  }
}

void race_to_time_out(Race race) {
  prctl(PR_SET_TIMERSLACK, 1);
  const HANDLE raced = open_raced(race.object);
  const HANDLE other = open_event(race.form == Form::kAll ? "always" : "never");
  for (std::uint32_t round = 1; follow_round(kCallWord, round); ++round) {
    arena().words[kWaitingWord].store(round);
    DWORD result = race.form == Form::kOne ? wait_one_ex(raced, kRaceUnits)
                                           : wait_many_ex({other, raced}, race.form == Form::kAll, kRaceUnits);
    if (race.form == Form::kAny && result == WAIT_OBJECT_0 + 1) result = WAIT_OBJECT_0;
    std::uint32_t outcome = result == WAIT_OBJECT_0 ? kAcquired : result == WAIT_TIMEOUT ? kTimedOut : kWrong;
    if (race.object == Raced::kMutex && outcome == kAcquired && !release_mutex(raced)) outcome = kWrong;
    arena().words[kOutcomeWord].store(outcome);
  }
}

void spin(std::uint64_t nanoseconds) {
  const std::uint64_t end = now_ns() + nanoseconds;
  while (now_ns() < end) continue;
}

// What the waiter did not take must still be there: exactly one unit, taken here.
bool left_behind(Raced object, HANDLE raced) {
  if (object == Raced::kMutex) return true;  // free in either case; the signaler takes it back for the next round
  return wait_one(raced, 0) == WAIT_OBJECT_0;
}

BOOL signal_raced(Raced object, HANDLE raced) {
  switch (object) {
    case Raced::kMutex:
      return release_mutex(raced);
    case Raced::kEvent:
      return set_event(raced);
    default:
      return release_semaphore(raced, 1);
  }
}

// Signals at an instant that is moved towards the time-out after each acquisition, and away from it after each
// time-out, so that both keep happening.
template <class PeerType>
void race_with(PeerType& peer, Race race) {
  const HANDLE raced = race.object == Raced::kMutex   ? create_mutex("raced", TRUE)
                       : race.object == Raced::kEvent ? create_event("raced", FALSE, FALSE)
                                                      : create_semaphore("raced", 0, 2);
  create_event("always", TRUE, TRUE);
  create_event("never", TRUE, FALSE);
  arena().clear();
  auto racing = peer.start(race_to_time_out, race);

  std::uint64_t delay_ns = kRaceUnits * 100;
  std::uint32_t acquired = 0;
  std::uint32_t lost = 0;
  std::uint32_t wrong = 0;
  Rounds rounds(race.rounds);
  while (rounds.next()) {
    call_round(kCallWord, rounds.round());
    follow_round(kWaitingWord, rounds.round());
    spin(delay_ns);
    if (!signal_raced(race.object, raced)) ++wrong;
    follow_round(kOutcomeWord, 1);
    const std::uint32_t outcome = arena().words[kOutcomeWord].exchange(0);
    if (outcome == kAcquired) {
      ++acquired;
      delay_ns += 500;
    } else {
      if (outcome != kTimedOut) ++wrong;
      delay_ns -= delay_ns > 500 ? 500 : 0;
      if (!left_behind(race.object, raced)) ++lost;
    }
    const DWORD more = wait_one(raced, 0);
    if (more != (race.object == Raced::kMutex ? WAIT_OBJECT_0 : WAIT_TIMEOUT)) ++wrong;
  }
  call_end(kCallWord);
  racing.get();

  EXPECT_EQ(lost, 0U) << "units consumed by a wait that reported a time-out";
  EXPECT_EQ(wrong, 0U) << "calls with a wrong result, or units too many";
  if (rounds.ran_all()) {
    EXPECT_GT(acquired, race.rounds / 20) << "the race was not tuned";
    EXPECT_LT(acquired, race.rounds - race.rounds / 20) << "the race was not tuned";
  }
  if (race.object == Raced::kMutex) release_mutex(raced);
}

constexpr std::uint32_t kRaceRounds = kSanitized ? 1500 : 6000;  // 18 races: above 10^5 rounds

TYPED_TEST(TimeoutBetween, AgainstTheReleaseOfAMutexIsOneOrTheOther) {
  for (const Form form : {Form::kOne, Form::kAny, Form::kAll}) {
    SCOPED_TRACE(static_cast<int>(form));
    race_with(this->peer(0), {.object = Raced::kMutex, .form = form, .rounds = kRaceRounds});
    close_all_handles();
    this->peer(0).call(close_all_handles);
  }
}

TYPED_TEST(TimeoutBetween, AgainstTheSetOfAnEventIsOneOrTheOther) {
  for (const Form form : {Form::kOne, Form::kAny, Form::kAll}) {
    SCOPED_TRACE(static_cast<int>(form));
    race_with(this->peer(0), {.object = Raced::kEvent, .form = form, .rounds = kRaceRounds});
    close_all_handles();
    this->peer(0).call(close_all_handles);
  }
}

TYPED_TEST(TimeoutBetween, AgainstTheReleaseOfASemaphoreIsOneOrTheOther) {
  for (const Form form : {Form::kOne, Form::kAny, Form::kAll}) {
    SCOPED_TRACE(static_cast<int>(form));
    race_with(this->peer(0), {.object = Raced::kSemaphore, .form = form, .rounds = kRaceRounds});
    close_all_handles();
    this->peer(0).call(close_all_handles);
  }
}

}  // namespace
}  // namespace rtss::test
