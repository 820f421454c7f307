// Granting: which waiter gets a signaled object, and what becomes of the object.
#include "runtime/sync/grant.h"

#include "runtime/sync/give_back.h"
#include "runtime/sync/take.h"
#include "runtime/sync/wait_all.h"
#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

using Grant = Engine;
constexpr auto kPoll = platform::Timeout::poll();

TEST_F(Grant, AReleasedMutexGoesToItsFirstWaiter) {
  const ObjectRef mutex = make_mutex(0);
  queue(1, {mutex});
  queue(2, {mutex}, 4);
  ASSERT_EQ(release_mutex(view, threads[0], mutex), Status::kOk);
  EXPECT_TRUE(is_granted(2));
  EXPECT_EQ(state(mutex), threads[2].identity);
  EXPECT_EQ(block(2), BlockState::kHeld);
  EXPECT_TRUE(is_waiting(1));
}
TEST_F(Grant, AMutexIsReleasedByItsOwnerOnly) {  // (M1)
  const ObjectRef mutex = make_mutex(0);
  EXPECT_EQ(release_mutex(view, threads[1], mutex), Status::kNotOwner);
  EXPECT_EQ(state(mutex), threads[0].identity);
}
TEST_F(Grant, ANestedReleaseGrantsNothing) {  // (M2)
  const ObjectRef mutex = make_mutex(0);
  ASSERT_EQ(try_take(*threads[0].record, threads[0].identity, *mutex.object, mutex.generation), Take::kTaken);
  queue(1, {mutex});
  ASSERT_EQ(release_mutex(view, threads[0], mutex), Status::kOk);
  EXPECT_TRUE(is_waiting(1));
  ASSERT_EQ(release_mutex(view, threads[0], mutex), Status::kOk);
  EXPECT_TRUE(is_granted(1));
}
TEST_F(Grant, AMutexIsNotTakenMoreOftenThanItCanCount) {
  const ObjectRef mutex = make_mutex(0);
  mutex.object->recursion = mutex::kMaxRecursion;
  EXPECT_EQ(try_take(*threads[0].record, threads[0].identity, *mutex.object, mutex.generation), Take::kRecursionLimit);
}
TEST_F(Grant, AnAbandonedMutexTellsTheThreadThatTakesIt) {
  const ObjectRef mutex = make(Kind::kMutex, kAbandoned);
  EXPECT_EQ(try_take(*threads[0].record, threads[0].identity, *mutex.object, mutex.generation), Take::kTakenAbandoned);
  EXPECT_EQ(state(mutex), threads[0].identity);
}
TEST_F(Grant, AStaleHandleTakesNothing) {
  const ObjectRef event = make(Kind::kEvent, kSignaled);
  EXPECT_EQ(try_take(*threads[0].record, threads[0].identity, *event.object, event.generation + 1), Take::kStale);
  EXPECT_EQ(state(event), kSignaled);
}
TEST_F(Grant, AnAutoResetEventReleasesOneThread) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  EXPECT_TRUE(is_granted(0));
  EXPECT_TRUE(is_waiting(1));
  EXPECT_EQ(state(event), 0U);
}
TEST_F(Grant, AManualResetEventReleasesEveryThreadAndStaysSet) {
  const ObjectRef event = make(Kind::kEvent, 0, 0, true);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {event});
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  for (const std::uint32_t thread : {0U, 1U, 2U}) EXPECT_TRUE(is_granted(thread));
  EXPECT_EQ(state(event), kSignaled);
}
TEST_F(Grant, ASetEventWithoutWaitersStaysSet) {
  const ObjectRef event = make(Kind::kEvent);
  ASSERT_EQ(set_event(view, threads[0], event), Status::kOk);
  EXPECT_EQ(state(event), kSignaled);
  ASSERT_EQ(reset_event(view, threads[0], event), Status::kOk);
  EXPECT_EQ(state(event), 0U);
}
TEST_F(Grant, APulseReleasesThoseQueuedAndLeavesNothing) {  // (E1)
  const ObjectRef event = make(Kind::kEvent, 0, 0, true);
  queue(0, {event});
  queue(1, {event});
  ASSERT_EQ(pulse_event(view, threads[7], event), Status::kOk);
  EXPECT_TRUE(is_granted(0) && is_granted(1));
  EXPECT_EQ(state(event), 0U);
}
TEST_F(Grant, APulseWithoutWaitersResets) {
  const ObjectRef event = make(Kind::kEvent, kSignaled);
  ASSERT_EQ(pulse_event(view, threads[7], event), Status::kOk);
  EXPECT_EQ(state(event), 0U);
}
TEST_F(Grant, ASemaphoreServesAsManyAsItHasUnits) {
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {semaphore});
  std::int32_t before = -1;
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 2, &before), Status::kOk);
  EXPECT_EQ(before, 0);
  EXPECT_TRUE(is_granted(0) && is_granted(1) && is_waiting(2));
  EXPECT_EQ(state(semaphore), 0U);
}
TEST_F(Grant, WhatNoThreadWantsStaysInTheSemaphore) {
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  queue(0, {semaphore});
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 3, nullptr), Status::kOk);
  EXPECT_EQ(state(semaphore), 2U);
}
TEST_F(Grant, ASemaphoreRefusesMoreThanItsMaximum) {
  const ObjectRef semaphore = make(Kind::kSemaphore, 4, 5);
  std::int32_t before = -1;
  EXPECT_EQ(release_semaphore(view, threads[0], semaphore, 2, &before), Status::kTooManyPosts);
  EXPECT_EQ(release_semaphore(view, threads[0], semaphore, 0x7fff'ffff, &before), Status::kTooManyPosts);
  EXPECT_EQ(release_semaphore(view, threads[0], semaphore, 0, &before), Status::kInvalidParameter);
  EXPECT_EQ(state(semaphore), 4U);
  EXPECT_EQ(before, -1);
}
TEST_F(Grant, AWaitForTwoIsServedByOneOnly) {
  const ObjectRef first = make(Kind::kEvent);
  const ObjectRef second = make(Kind::kEvent);
  queue(0, {first, second});
  ASSERT_EQ(set_event(view, threads[7], second), Status::kOk);
  ASSERT_EQ(set_event(view, threads[7], first), Status::kOk);
  EXPECT_TRUE(is_granted(0, 1));
  EXPECT_EQ(state(first), kSignaled);
  EXPECT_EQ(state(second), 0U);
}
TEST_F(Grant, ACancelledWaiterIsPassedOver) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  ASSERT_TRUE(cancel_wait(*threads[0].record));
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  EXPECT_FALSE(is_granted(0));
  EXPECT_TRUE(is_granted(1));
}
TEST_F(Grant, ASatisfiedWaitIsNotCancelled) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  EXPECT_FALSE(cancel_wait(*threads[0].record));
}
TEST_F(Grant, AnAwakeWaiterNeedsNoWake) {
  threads[0].record->park = park_word(Park::kWaiting) | kParkAwake;
  EXPECT_EQ(commit_grant(*threads[0].record, 0, false), Commit::kAwake);
  threads[1].record->park = park_word(Park::kWaiting);
  EXPECT_EQ(commit_grant(*threads[1].record, 0, false), Commit::kAsleep);
  EXPECT_EQ(commit_grant(*threads[1].record, 1, false), Commit::kMissed);
}
TEST_F(Grant, ADeadWaiterIsUnlinkedAndTheNextServed) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  threads[0].record->life.word() = platform::RobustLock::kOwnerDiedBit;
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  EXPECT_TRUE(is_granted(1));
  EXPECT_EQ(block(0), BlockState::kFree);
}
TEST_F(Grant, AcknowledgingConsumesAndFreesTheBlocks) {  // (U1)
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  queue(0, {semaphore});
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 1, nullptr), Status::kOk);
  EXPECT_EQ(park_index(acknowledge(threads[0], 1)), 0U);
  EXPECT_EQ(block(0), BlockState::kFree);
  EXPECT_EQ(park_state(park(0)), Park::kIdle);
}
TEST_F(Grant, APolledWaitTakesTheFirstSignaledObject) {
  const ObjectRef clear = make(Kind::kEvent);
  const ObjectRef full = make(Kind::kSemaphore, 1, 1);
  const ObjectRef set = make(Kind::kEvent, kSignaled);
  const WaitOutcome outcome = wait_any(view, threads[0], std::vector{clear, full, set}, kPoll);
  EXPECT_EQ(outcome.kind, WaitOutcome::Kind::kSatisfied);
  EXPECT_EQ(outcome.index, 1U);
  EXPECT_EQ(state(set), kSignaled);
}
TEST_F(Grant, APollOfNothingSignaledLeavesNoBlock) {
  const ObjectRef clear = make(Kind::kEvent);
  EXPECT_EQ(wait_any(view, threads[0], std::vector{clear}, kPoll).kind, WaitOutcome::Kind::kTimeout);
  EXPECT_EQ(order(clear), Order{});
  EXPECT_FALSE(is_slow(clear));
}

using WaitAll = Engine;
TEST_F(WaitAll, TakesNothingUntilEverythingIsSignaled) {
  const ObjectRef event = make(Kind::kEvent);
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  queue_all(0, {event, semaphore});
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  EXPECT_TRUE(is_waiting(0));
  EXPECT_EQ(state(event), kSignaled);
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 1, nullptr), Status::kOk);
  EXPECT_TRUE(is_granted(0, 0) && is_granted(0, 1));
  EXPECT_EQ(state(event), 0U);
  EXPECT_EQ(state(semaphore), 0U);
}
TEST_F(WaitAll, IsCountedOnItsObjectsAndForgotten) {  // (A2)
  const ObjectRef first = make(Kind::kEvent, 0, 0, true);
  const ObjectRef second = make(Kind::kEvent, 0, 0, true);
  queue_all(0, {first, second});
  EXPECT_EQ(first.object->all_hint.load(), 1U);
  ASSERT_EQ(set_event(view, threads[7], first), Status::kOk);
  ASSERT_EQ(set_event(view, threads[7], second), Status::kOk);
  EXPECT_EQ(first.object->all_hint.load(), 0U);
  EXPECT_EQ(second.object->all_hint.load(), 0U);
}
TEST_F(WaitAll, LeavesACountThatDamageMadeZeroAtZero) {
  const ObjectRef first = make(Kind::kEvent, 0, 0, true);
  const ObjectRef second = make(Kind::kEvent, kSignaled, 0, true);
  queue_all(0, {first, second});
  second.object->all_hint = 0;
  ASSERT_EQ(set_event(view, threads[7], first), Status::kOk);
  EXPECT_TRUE(is_granted(0, 0) && is_granted(0, 1));
  EXPECT_EQ(second.object->all_hint.load(), 0U);
}
TEST_F(WaitAll, LeavesASignalToAWaitForOne) {
  const ObjectRef first = make(Kind::kEvent);
  const ObjectRef second = make(Kind::kEvent);
  queue_all(0, {first, second});
  queue(1, {first});
  ASSERT_EQ(set_event(view, threads[7], first), Status::kOk);
  EXPECT_TRUE(is_granted(1));
  EXPECT_TRUE(is_waiting(0));
}
TEST_F(WaitAll, ReportsAnAbandonedMutexAmongItsObjects) {
  const ObjectRef mutex = make(Kind::kMutex, kAbandoned);
  const ObjectRef event = make(Kind::kEvent, kSignaled);
  const WaitOutcome outcome = wait_all(view, threads[0], std::vector{mutex, event}, kPoll);
  EXPECT_EQ(outcome.kind, WaitOutcome::Kind::kSatisfiedAbandoned);
  EXPECT_EQ(state(mutex), threads[0].identity);
}
TEST_F(WaitAll, NestsAMutexThatItsThreadOwns) {
  const ObjectRef mutex = make_mutex(0);
  const ObjectRef event = make(Kind::kEvent, kSignaled);
  ASSERT_EQ(wait_all(view, threads[0], std::vector{mutex, event}, kPoll).kind, WaitOutcome::Kind::kSatisfied);
  EXPECT_EQ(mutex.object->recursion.load(), 1U);
}
TEST_F(WaitAll, APollThatFailsChangesNothing) {
  const ObjectRef set = make(Kind::kEvent, kSignaled);
  const ObjectRef clear = make(Kind::kEvent);
  EXPECT_EQ(wait_all(view, threads[0], std::vector{set, clear}, kPoll).kind, WaitOutcome::Kind::kTimeout);
  EXPECT_EQ(state(set), kSignaled);
  EXPECT_EQ(set.object->all_hint.load(), 0U);
}

}  // namespace
}  // namespace rtss::runtime
