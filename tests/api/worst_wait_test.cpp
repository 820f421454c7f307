// What an object remembers of its longest wait and its longest contended hold. The cause of each is known: the test
// makes it.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

using runtime::HoldStory;
using runtime::ThreadNote;
using runtime::WaitEnd;
using runtime::WaitStory;
constexpr std::uint64_t kNsPerMs = 1'000'000;
constexpr std::uint32_t kTickMs = 10;  // at most; View::waited_ms counts in ticks, the recorder does not

testing::AssertionResult is(const ThreadNote& note, const Peer& peer, const char* name) {
  if (note.pid == peer.pid() && note.tid == peer.tid() && std::string(note.name.data()) == name)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << note.pid << '/' << note.tid << '/' << note.name.data() << " is not " << name;
}

template <class PeerType>
struct WorstWaitTest : ApiTestWith<PeerType> {
  static inspect::Longest<WaitStory> wait_at(const char* name) { return view().object(name)->longest_wait; }
  static inspect::Longest<HoldStory> hold_of(const char* name) { return view().object(name)->longest_hold; }
  static std::uint64_t worst(const char* name) { return wait_at(name).ns / kNsPerMs; }

  // A peer whose thread has this name, from before its first call.
  auto& named_peer(std::size_t index, Name name) {
    auto& peer = this->peer(index);
    peer.call([](Name text) { pthread_setname_np(pthread_self(), text.c_str()); }, name);
    return peer;
  }
  // The peer owns the mutex.
  static HANDLE take(Peer& peer, const char* name) {
    const HANDLE mutex = peer.call(open_mutex, name);
    EXPECT_EQ(peer.call(wait_one, mutex, INFINITE), WAIT_OBJECT_0);
    return mutex;
  }

  // Until a peer has been blocked for so long.
  static void await_waited(const Peer& peer, std::uint32_t milliseconds) {
    await("a wait that lasts", [&] {
      const auto thread = view().thread(peer.tid());
      return thread && thread->blocked && inspect::View::waited_ms(thread->since_ms) > milliseconds + kTickMs;
    });
  }
};
TYPED_TEST_SUITE(WorstWaitTest, Peers, PeerNames);

TYPED_TEST(WorstWaitTest, AHandOffRecordsHowLongItsWaiterWaited) {
  const HANDLE mutex = create_mutex("M", TRUE);
  auto waits = this->let_wait(1, open_mutex, "M");
  EXPECT_EQ(this->worst("M"), 0U);
  this->await_waited(this->peer(0), 30);

  release_mutex(mutex);

  EXPECT_EQ(waits[0].get(), WAIT_OBJECT_0);
  EXPECT_GE(this->worst("M"), 30U);
}

TYPED_TEST(WorstWaitTest, AShorterWaitChangesNothing) {
  const HANDLE event = create_event("E", FALSE, FALSE);
  auto longer = this->let_wait(1, open_event, "E");
  this->await_waited(this->peer(0), 200);
  set_event(event);
  longer[0].get();
  const std::uint64_t before = this->worst("E");

  auto shorter = this->peer(0).start(wait_one, this->peer(0).call(open_event, "E"), INFINITE);
  await_blocked(this->peer(0));
  const std::uint32_t since = view().thread(this->peer(0).tid())->since_ms;
  set_event(event);
  shorter.get();

  if (inspect::View::waited_ms(since) + kTickMs >= before)
    GTEST_SKIP() << "the machine made the second wait the longer one";
  EXPECT_EQ(this->worst("E"), before);
}

TYPED_TEST(WorstWaitTest, ATimeOutCountsForEveryObjectWaitedFor) {
  const HANDLE mutex = create_mutex("M", TRUE);
  create_event("E", TRUE, FALSE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};

  EXPECT_EQ(this->peer(0).call(wait_any, both, 50U), DWORD{WAIT_TIMEOUT});

  for (const char* const name : {"M", "E"}) {
    const auto longest = this->wait_at(name);
    EXPECT_GT(longest.ns, 0U) << name;  // from its queueing, which may be late: the time-out counts from the call
    ASSERT_TRUE(longest.story) << name;
    EXPECT_EQ(longest.story->end, WaitEnd::kInVain);
    EXPECT_EQ(longest.story->granted_ns, 0U);
  }
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, AWaitForAnyCountsForTheObjectThatEndedIt) {
  const HANDLE mutex = create_mutex("M", TRUE);
  const HANDLE event = create_event("E", TRUE, FALSE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};
  auto wait = this->peer(0).start(wait_any, both, INFINITE);
  this->await_waited(this->peer(0), 30);

  set_event(event);

  EXPECT_EQ(wait.get(), WAIT_OBJECT_0 + 1);
  EXPECT_GE(this->worst("E"), 30U);
  EXPECT_EQ(this->worst("M"), 0U);
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, AWaitForAllCountsForEachObject) {
  const HANDLE mutex = create_mutex("M", TRUE);
  create_event("E", TRUE, TRUE);
  const Handles both{this->peer(0).call(open_mutex, "M"), this->peer(0).call(open_event, "E")};
  auto wait = this->peer(0).start(wait_all, both, INFINITE);
  this->await_waited(this->peer(0), 30);

  release_mutex(mutex);

  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  EXPECT_GE(this->worst("M"), 30U);
  EXPECT_GE(this->worst("E"), 30U);
}

TYPED_TEST(WorstWaitTest, APollAndAFreeObjectRecordNothing) {
  const HANDLE mutex = create_mutex("M", FALSE);
  wait_one(mutex, INFINITE);

  EXPECT_EQ(this->peer(0).call(wait_one, this->peer(0).call(open_mutex, "M"), 0U), DWORD{WAIT_TIMEOUT});

  EXPECT_EQ(this->worst("M"), 0U);
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, ANewObjectRemembersNothingOfTheLast) {
  const HANDLE first = create_mutex("M", TRUE);
  const std::uint32_t slot = view().object("M")->slot;
  const HANDLE theirs = this->peer(0).call(open_mutex, "M");
  EXPECT_EQ(this->peer(0).call(wait_one, theirs, 30U), DWORD{WAIT_TIMEOUT});
  EXPECT_GT(this->wait_at("M").ns, 0U);
  this->peer(0).call(close_handle, theirs);
  release_mutex(first);
  close_handle(first);

  create_mutex("M", FALSE);

  ASSERT_EQ(view().object("M")->slot, slot);
  EXPECT_EQ(this->wait_at("M").ns, 0U);
}

// ---- causes -------------------------------------------------------------------------------------------------------

TYPED_TEST(WorstWaitTest, AnOwnerThatKeepsAMutexIsNamedAsTheCause) {
  create_mutex("M", FALSE);
  auto& owner = this->named_peer(0, "owner");
  auto& waiter = this->named_peer(1, "waiter");
  const HANDLE mutex = this->take(owner, "M");
  auto wait = waiter.start(wait_one, waiter.call(open_mutex, "M"), INFINITE);
  this->await_waited(waiter, 30);

  owner.call(release_mutex, mutex);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);

  const auto longest = this->wait_at("M");
  ASSERT_TRUE(longest.story);
  const WaitStory& story = *longest.story;
  EXPECT_EQ(story.end, WaitEnd::kGranted);
  EXPECT_TRUE(is(story.waiter, waiter, "waiter"));
  EXPECT_TRUE(is(story.owner, owner, "owner"));
  EXPECT_TRUE(is(story.granter, owner, "owner"));
  EXPECT_EQ(story.served, 0U);
  EXPECT_EQ(story.depth, 1U);
  const std::uint64_t queued_ns = story.ended_ns - longest.ns;
  EXPECT_GE(story.granted_ns - queued_ns, 30 * kNsPerMs);
  const auto hold = this->hold_of("M");
  ASSERT_TRUE(hold.story);
  EXPECT_TRUE(is(hold.story->owner, owner, "owner"));
  EXPECT_EQ(hold.ns, story.granted_ns - queued_ns) << "from the first waiter's queueing to the hand-over";
}

TYPED_TEST(WorstWaitTest, ThoseThatWereServedFirstAreCounted) {
  const HANDLE mutex = create_mutex("M", TRUE);
  auto waits = this->let_wait(3, open_mutex, "M");
  auto& last = this->peer(2);

  release_mutex(mutex);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(waits[i].get(), WAIT_OBJECT_0);
    const auto waited = [&last] { return inspect::View::waited_ms(view().thread(last.tid())->since_ms); };
    const std::uint64_t until =
        std::max<std::uint64_t>(waited(), this->worst("M")) + 20 + kTickMs;  // longer than those before it
    await("a hold that lasts", [&] { return waited() >= until; });
    this->peer(i).call(release_mutex, this->peer(i).call(open_mutex, "M"));
  }
  EXPECT_EQ(waits[2].get(), WAIT_OBJECT_0);

  const auto longest = this->wait_at("M");
  ASSERT_TRUE(longest.story);
  EXPECT_EQ(longest.story->waiter.tid, last.tid());
  EXPECT_EQ(longest.story->served, 2U);
  EXPECT_EQ(longest.story->owner.tid, gettid());
  EXPECT_EQ(longest.story->granter.tid, this->peer(1).tid());
  const auto hold = this->hold_of("M");
  ASSERT_TRUE(hold.story);
  EXPECT_GE(hold.ns, 20 * kNsPerMs) << "from the hand-over: another thread waited already";
}

TYPED_TEST(WorstWaitTest, AChainIsCountedFromItsEnd) {
  const HANDLE first = create_mutex("A", TRUE);
  create_mutex("B", FALSE);
  auto& middle = this->named_peer(0, "middle");
  auto& end = this->named_peer(1, "end");
  const HANDLE second = this->take(middle, "B");
  auto waits_for_us = middle.start(wait_one, middle.call(open_mutex, "A"), INFINITE);
  await_blocked(middle);
  auto waits_for_middle = end.start(wait_one, end.call(open_mutex, "B"), INFINITE);
  await_blocked(end);

  release_mutex(first);
  waits_for_us.get();
  middle.call(release_mutex, second);
  waits_for_middle.get();

  ASSERT_TRUE(this->wait_at("A").story && this->wait_at("B").story);
  EXPECT_EQ(this->wait_at("A").story->depth, 1U);
  EXPECT_EQ(this->wait_at("B").story->depth, 2U);
  EXPECT_TRUE(is(this->wait_at("B").story->owner, middle, "middle"));
}

TYPED_TEST(WorstWaitTest, ASignallerIsNamedAndASignalHasNoOwner) {
  create_event("E", FALSE, FALSE);
  auto waits = this->let_wait(1, open_event, "E");
  auto& signaller = this->named_peer(1, "signaller");

  signaller.call(set_event, signaller.call(open_event, "E"));
  waits[0].get();

  const auto longest = this->wait_at("E");
  ASSERT_TRUE(longest.story);
  EXPECT_TRUE(is(longest.story->granter, signaller, "signaller"));
  EXPECT_EQ(longest.story->owner.tid, 0);
  EXPECT_EQ(longest.story->depth, 0U);
  EXPECT_EQ(this->hold_of("E").ns, 0U);
}

TYPED_TEST(WorstWaitTest, AHoldEndsWithItsLastWaiterIfThatGivesUp) {
  const HANDLE mutex = create_mutex("M", TRUE);
  auto& waiter = this->peer(0);

  EXPECT_EQ(waiter.call(wait_one, waiter.call(open_mutex, "M"), 30U), DWORD{WAIT_TIMEOUT});

  const auto hold = this->hold_of("M");
  ASSERT_TRUE(hold.story);
  EXPECT_EQ(hold.story->owner.tid, gettid());
  EXPECT_GT(hold.ns, 0U);
  EXPECT_GE(hold.ns, this->wait_at("M").ns) << "it ends when the waiter has left the queue";
  release_mutex(mutex);
}

TYPED_TEST(WorstWaitTest, AHoldForWhichNoThreadWaitsIsNotTimed) {
  const HANDLE mutex = create_mutex("M", TRUE);
  release_mutex(mutex);
  wait_one(mutex, INFINITE);
  release_mutex(mutex);

  EXPECT_EQ(this->hold_of("M").ns, 0U);
}

TYPED_TEST(WorstWaitTest, AResetForgetsThatObjectAlone) {
  const HANDLE mutex = create_mutex("M", TRUE);
  create_mutex("N", TRUE);
  auto& waiter = this->peer(0);
  const HANDLE theirs = waiter.call(open_mutex, "M");
  waiter.call(wait_one, theirs, 20U);
  waiter.call(wait_one, waiter.call(open_mutex, "N"), 20U);
  std::string error;
  const auto writable = inspect::View::current(&error, inspect::View::Access::kReset);
  ASSERT_TRUE(writable) << error;

  writable->forget_longest(*writable->object("M"));

  EXPECT_EQ(this->wait_at("M").ns, 0U);
  EXPECT_EQ(this->hold_of("M").ns, 0U);
  EXPECT_GT(this->wait_at("N").ns, 0U);
  waiter.call(wait_one, theirs, 1U);
  EXPECT_GT(this->wait_at("M").ns, 0U) << "it goes on";
  EXPECT_TRUE(this->wait_at("M").story);
  release_mutex(mutex);
}

using WorstWaitOfProcesses = WorstWaitTest<ProcessPeer>;

TEST_F(WorstWaitOfProcesses, AnOwnerThatWasKilledIsNamedAsTheGranter) {
  NEEDS_PROCESSES();
  create_mutex("M", FALSE);
  auto& owner = named_peer(0, "owner");
  auto& waiter = named_peer(1, "waiter");
  take(owner, "M");
  auto wait = waiter.start(wait_one, waiter.call(open_mutex, "M"), INFINITE);
  await_waited(waiter, 30);
  const pid_t dead = owner.tid();

  owner.end();
  EXPECT_EQ(wait.get(), WAIT_ABANDONED);

  const auto longest = wait_at("M");
  ASSERT_TRUE(longest.story);
  EXPECT_EQ(longest.story->end, WaitEnd::kAbandoned);
  EXPECT_EQ(longest.story->owner.tid, dead);
  EXPECT_EQ(longest.story->granter.tid, dead);
  EXPECT_STREQ(longest.story->granter.name.data(), "owner");
  ASSERT_TRUE(hold_of("M").story);
  EXPECT_EQ(hold_of("M").story->owner.tid, dead);
}

// The waiter is granted the mutex while it cannot run: stopped, as it might be by a thread that has its processor.
TEST_F(WorstWaitOfProcesses, TimeBetweenTheGrantAndRunningIsNotTheOwners) {
  NEEDS_PROCESSES();
  const HANDLE mutex = create_mutex("M", TRUE);
  auto& waiter = named_peer(0, "waiter");
  auto wait = waiter.start(wait_one, waiter.call(open_mutex, "M"), INFINITE);
  await_asleep(waiter);
  const std::uint32_t queued_ms = view().thread(waiter.tid())->since_ms;
  waiter.signal(SIGSTOP);

  release_mutex(mutex);
  const std::uint32_t before_ms = inspect::View::waited_ms(queued_ms);
  await("a delay", [&] { return inspect::View::waited_ms(queued_ms) >= 3 * before_ms + 50 + 2 * kTickMs; });
  waiter.signal(SIGCONT);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);

  const auto longest = wait_at("M");
  ASSERT_TRUE(longest.story);
  const std::uint64_t not_running_ns = longest.story->ended_ns - longest.story->granted_ns;
  EXPECT_GE(not_running_ns, 50 * kNsPerMs);
  EXPECT_GT(not_running_ns, longest.ns / 2) << "the larger part";
}

TEST_F(WorstWaitOfProcesses, ARecordOutlivesAllThatTookPart) {
  NEEDS_PROCESSES();
  create_mutex("M", FALSE);
  const pid_t owner = named_peer(0, "owner").tid();
  const pid_t waiter = named_peer(1, "waiter").tid();
  const HANDLE theirs = take(peer(0), "M");
  const HANDLE waited_for = peer(1).call(open_mutex, "M");
  auto wait = peer(1).start(wait_one, waited_for, INFINITE);
  await_waited(peer(1), 10);
  peer(0).call(release_mutex, theirs);
  EXPECT_EQ(wait.get(), WAIT_OBJECT_0);
  peer(1).call(release_mutex, waited_for);

  peer(0).end();
  peer(1).end();

  const auto longest = wait_at("M");
  ASSERT_TRUE(longest.story);
  EXPECT_EQ(longest.story->owner.tid, owner);
  EXPECT_STREQ(longest.story->owner.name.data(), "owner");
  EXPECT_EQ(longest.story->waiter.tid, waiter);
  EXPECT_STREQ(longest.story->waiter.name.data(), "waiter");
}

}  // namespace
}  // namespace rtss::test
