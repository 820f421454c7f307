// Abandonment: what becomes of a mutex whose owner ends without releasing it.
#include <unistd.h>

#include <string>
#include <vector>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

// The peer ends by TypeParam::end(): a thread returns, or is cancelled in a wait; a process is killed outright.
template <class Peer>
class AbandonmentBy : public ApiTest {};
TYPED_TEST_SUITE(AbandonmentBy, Peers, PeerNames);

void await_abandoned(HANDLE mutex) {
  await("the mutex is abandoned", [mutex] { return is_abandoned(mutex); });
}

TYPED_TEST(AbandonmentBy, OwnersEndGivesTheNextAcquirerTheMutexOnceAsAbandoned) {
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);

  owner.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  TypeParam other;
  const HANDLE theirs = other.call(open_mutex, "M");
  EXPECT_EQ(other.call(wait_one, theirs, 0U), WAIT_TIMEOUT) << "it is owned, not merely flagged";
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_EQ(other.call(wait_one, theirs, INFINITE), WAIT_OBJECT_0) << "the flag is reported once";
  EXPECT_EQ(other.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndShowsAsFreeAndAbandoned) {
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
    EXPECT_TRUE(is_owned(mutex, owner.tid(), 1));
  }

  await_abandoned(mutex);
  EXPECT_FAILS(release_mutex(mutex), FALSE, ERROR_NOT_OWNER);
  EXPECT_TRUE(is_abandoned(mutex)) << "a refused release changes nothing";
  EXPECT_EQ(wait_one(mutex, 0), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesAWaiterThatIsBlockedForEver) {
  TypeParam owner;
  TypeParam waiter;
  const HANDLE mutex = create_mutex("M", FALSE);
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_one, theirs, INFINITE);
  await_blocked(waiter);

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
  EXPECT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesOneWaiterAsAbandonedAndTheOthersNormally) {
  TypeParam owner;
  TypeParam first;
  TypeParam second;
  create_mutex("M", FALSE);
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE firsts = first.call(open_mutex, "M");
  const HANDLE seconds = second.call(open_mutex, "M");
  auto first_wait = first.start(wait_one, firsts, INFINITE);
  await_blocked(first);
  auto second_wait = second.start(wait_one, seconds, INFINITE);
  await_blocked(second);

  owner.end();

  EXPECT_EQ(first_wait.get(), WAIT_ABANDONED);
  EXPECT_TRUE(is_blocked(second));
  EXPECT_EQ(first.call(release_mutex, firsts), TRUE);
  EXPECT_EQ(second_wait.get(), WAIT_OBJECT_0);
  EXPECT_EQ(second.call(release_mutex, seconds), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedAgainForEachGeneration) {
  constexpr int kGenerations = 10;
  const HANDLE mutex = create_mutex("M", FALSE);
  DWORD expected = WAIT_OBJECT_0;
  for (int generation = 0; generation < kGenerations; ++generation) {
    TypeParam owner;
    EXPECT_EQ(owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE), expected) << generation;
    owner.end();
    expected = WAIT_ABANDONED;
  }
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndForgetsTheRecursionCount) {
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  const HANDLE theirs = owner.call(open_mutex, "M");
  for (int i = 0; i < 7; ++i) owner.call(wait_one, theirs, INFINITE);
  EXPECT_TRUE(is_owned(mutex, owner.tid(), 7));

  owner.end();

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(is_owned(mutex, gettid(), 1));
  EXPECT_EQ(release_mutex(mutex), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

// More than the 2048 entries that the kernel would follow in a robust list.
constexpr std::uint32_t kMany = 2500;

std::uint32_t own_many(std::uint32_t count) {
  std::uint32_t owned = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const HANDLE mutex = RtOpenMutexA(0, FALSE, std::to_string(i).c_str());
    if (wait_one(mutex, 0) == WAIT_OBJECT_0) ++owned;
    RtCloseHandle(mutex);
  }
  return owned;
}

TYPED_TEST(AbandonmentBy, OwnersEndAbandonsAllOfItsMutexes) {
  std::vector<HANDLE> mutexes;
  for (std::uint32_t i = 0; i < kMany; ++i) {
    mutexes.push_back(RtCreateMutexA(nullptr, FALSE, std::to_string(i).c_str()));
  }
  TypeParam owner;
  EXPECT_EQ(owner.call(own_many, kMany), kMany);

  owner.end();

  for (const HANDLE mutex : mutexes) {
    ASSERT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
    ASSERT_EQ(release_mutex(mutex), TRUE);
    ASSERT_EQ(RtCloseHandle(mutex), TRUE);
  }
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedWithTheIndexByWaitAny) {
  const HANDLE clear = create_event("E", FALSE, FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  TypeParam owner;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  owner.end();

  EXPECT_EQ(wait_any({clear, clear, mutex}, INFINITE), WAIT_ABANDONED_0 + 2);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesABlockedWaitAnyWithTheIndex) {
  const HANDLE mutex = create_mutex("M", FALSE);
  create_event("E", FALSE, FALSE);
  TypeParam owner;
  TypeParam waiter;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE event = waiter.call(open_event, "E");
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_any, Handles{event, theirs}, INFINITE);
  await_blocked(waiter);

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED_0 + 1);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndYieldsToASignaledObjectOfLowerIndexAndStaysForLater) {
  const HANDLE set = create_event("E", FALSE, TRUE);
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  }
  await_abandoned(mutex);

  EXPECT_EQ(wait_any({set, mutex}, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(is_abandoned(mutex));
  EXPECT_EQ(wait_any({set, mutex}, 0), WAIT_ABANDONED_0 + 1);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndIsReportedByWaitAllWhateverThePosition) {
  const HANDLE event = create_event("E", TRUE, TRUE);
  const HANDLE healthy = create_mutex("healthy", FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  for (const Handles& order :
       {Handles{mutex, event, healthy}, Handles{event, mutex, healthy}, Handles{event, healthy, mutex}}) {
    {
      TypeParam owner;
      owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
    }
    await_abandoned(mutex);

    EXPECT_EQ(wait_all(order, 0), WAIT_ABANDONED_0);
    EXPECT_TRUE(is_owned(mutex, gettid(), 1));
    EXPECT_TRUE(is_owned(healthy, gettid(), 1));
    EXPECT_EQ(release_mutex(mutex), TRUE);
    EXPECT_EQ(release_mutex(healthy), TRUE);
    EXPECT_EQ(wait_all(order, 0), WAIT_OBJECT_0) << "the flag is reported once";
    EXPECT_EQ(release_mutex(mutex), TRUE);
    EXPECT_EQ(release_mutex(healthy), TRUE);
  }
}

TYPED_TEST(AbandonmentBy, OwnersEndReleasesABlockedWaitAll) {
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE semaphore = create_semaphore("S", 1, 1);
  TypeParam owner;
  TypeParam waiter;
  owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  const HANDLE theirs = waiter.call(open_mutex, "M");
  auto waiting = waiter.start(wait_all, Handles{theirs, waiter.call(open_semaphore, "S")}, INFINITE);
  await_blocked(waiter);
  EXPECT_TRUE(has_count(semaphore, 1));

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED_0);
  EXPECT_TRUE(is_owned(mutex, waiter.tid(), 1));
  EXPECT_TRUE(has_count(semaphore, 0));
  EXPECT_EQ(waiter.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(AbandonmentBy, OwnersEndDoesNotCompleteAWaitAllWhoseOtherObjectIsClear) {
  const HANDLE clear = create_event("E", FALSE, FALSE);
  const HANDLE mutex = create_mutex("M", FALSE);
  {
    TypeParam owner;
    owner.call(wait_one, owner.call(open_mutex, "M"), INFINITE);
  }
  await_abandoned(mutex);

  EXPECT_EQ(wait_all({mutex, clear}, 0), WAIT_TIMEOUT);
  EXPECT_EQ(wait_all({mutex, clear}, 20), WAIT_TIMEOUT);
  EXPECT_TRUE(is_abandoned(mutex));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_ABANDONED);
  EXPECT_EQ(release_mutex(mutex), TRUE);
}

TYPED_TEST(AbandonmentBy, ClosingAHandleWhileOwningIsNone) {
  TypeParam owner;
  const HANDLE mutex = create_mutex("M", FALSE);
  const HANDLE theirs = owner.call(open_mutex, "M");
  owner.call(wait_one, theirs, INFINITE);

  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);

  EXPECT_TRUE(is_owned(mutex, owner.tid(), 1));
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);
  const HANDLE again = owner.call(open_mutex, "M");
  EXPECT_EQ(owner.call(release_mutex, again), TRUE);
  EXPECT_TRUE(is_free(mutex));
}

TYPED_TEST(AbandonmentBy, ClosingTheLastHandleWhileOwningFreesTheNameAtOnce) {
  TypeParam owner;
  const HANDLE theirs = owner.call(create_mutex, "M", TRUE);

  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);

  EXPECT_FAILS(open_mutex("M"), nullptr, ERROR_FILE_NOT_FOUND);
  const HANDLE fresh = create_mutex("M", FALSE);
  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  EXPECT_TRUE(is_free(fresh));
  owner.end();
  EXPECT_EQ(wait_one(fresh, 0), WAIT_OBJECT_0) << "the old object's end is none of the fresh one's business";
  EXPECT_EQ(release_mutex(fresh), TRUE);
}

TYPED_TEST(AbandonmentBy, ClosingTheLastHandleLetsAWaiterStillReceiveTheMutex) {
  TypeParam owner;
  ThreadPeer waiter;
  const HANDLE theirs = owner.call(create_mutex, "M", TRUE);
  const HANDLE mutex = open_mutex("M");
  auto waiting = waiter.start(wait_one, mutex, INFINITE);
  await_blocked(waiter);
  EXPECT_EQ(close_handle(mutex), TRUE);
  EXPECT_EQ(owner.call(close_handle, theirs), TRUE);
  EXPECT_FAILS(open_mutex("M"), nullptr, ERROR_FILE_NOT_FOUND);
  EXPECT_TRUE(is_blocked(waiter));

  owner.end();

  EXPECT_EQ(waiting.get(), WAIT_ABANDONED);
}

}  // namespace
}  // namespace rtss::test
