// What the next holder of a dead holder's lock makes of every state the dead can leave. One row of the crash tables of
// docs/protocol.md is one case: the steps up to the label are written by hand, the lock's holder dies, the next
// operation comes.
#include <array>
#include <tuple>

#include "priority/inheritance.h"
#include "runtime/sync/give_back.h"
#include "runtime/sync/pi_lock.h"
#include "tests/engine/engine.h"
#include "tests/support/object_word.h"

namespace rtss::runtime {
namespace {

// ---- a grant: rows g1 to g5 of 5.2 ---------------------------------------------------------------------------------

enum Step : std::uint8_t { kChanged, kRedo, kCommitted, kWord, kUnlinked, kHeld };

class GrantRow : public Engine, public testing::WithParamInterface<std::tuple<Kind, Step>> {
 protected:
  // Threads 0 and 1 wait; one unit comes; the releaser dies after the row's step for thread 0.
  void die_in_grant(const ObjectRef& ref, Word released, Step last) {
    Object& object = *ref.object;
    WaitBlock& block = view.blocks[make_block_ref(0, 0)];
    test::set_word(object.word, released | kSlow);
    const Word redo = satisfied(object, object.word.load(), threads[0].identity);
    if (last >= kRedo) block.redo = redo;
    if (last >= kCommitted) threads[0].record->park = park_satisfied(0, false);
    if (last >= kWord) test::set_word(object.word, redo);
    if (last >= kUnlinked) queue::remove(view, object, make_block_ref(0, 0));
    if (last >= kHeld) block.word = make_block_word(BlockState::kHeld, ref.slot, ref.generation);
    die_holding(object.lock);
  }
};
TEST_P(GrantRow, ServesTheFirstWaiterOnceAndTheSecondNot) {  // (G1) (G2)
  const auto [kind, last] = GetParam();
  const ObjectRef ref = kind == Kind::kMutex ? make_mutex(6) : make(kind, 0, 3);
  queue(0, {ref}, 5);
  queue(1, {ref}, 4);
  const Word released = make_word(ref.generation, kind == Kind::kMutex ? 0 : 1);
  die_in_grant(ref, released, last);

  operate_on(ref);

  EXPECT_TRUE(is_granted(0));
  EXPECT_EQ(block(0), BlockState::kHeld);
  EXPECT_TRUE(is_waiting(1));
  EXPECT_EQ(block(1), BlockState::kLinked);
  EXPECT_EQ(order(ref), (Order{1}));
  EXPECT_EQ(state(ref), kind == Kind::kMutex ? threads[0].identity : 0U);
  EXPECT_TRUE(is_slow(ref));
}
INSTANTIATE_TEST_SUITE_P(Rows, GrantRow,
                         testing::Combine(testing::Values(Kind::kMutex, Kind::kEvent, Kind::kSemaphore),
                                          testing::Values(kChanged, kRedo, kCommitted, kWord, kUnlinked, kHeld)));

using Repair = Engine;
TEST_F(Repair, LeavesSlowSetUntilTheNextOperation) {  // (S2)
  const ObjectRef event = make(Kind::kEvent);
  event.object->word.fetch_or(kSlow);
  die_holding(event.object->lock);
  EXPECT_TRUE(is_slow(event));
  operate_on(event);
  EXPECT_FALSE(is_slow(event));
  EXPECT_EQ(event.object->recheck.load(), 0);
}
TEST_F(Repair, ARedoWordOfTheLastOccupantIsNotWritten) {
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  queue(0, {semaphore});
  view.blocks[make_block_ref(0, 0)].redo = make_word(semaphore.generation + 1, 4);
  threads[0].record->park = park_satisfied(0, false);
  die_holding(semaphore.object->lock);
  operate_on(semaphore);
  EXPECT_EQ(state(semaphore), 0U);
}
TEST_F(Repair, AGrantThroughAnotherObjectLeavesTheBlockQueued) {
  const ObjectRef first = make(Kind::kEvent);
  const ObjectRef second = make(Kind::kEvent);
  queue(0, {first, second});
  threads[0].record->park = park_satisfied(1, false);
  die_holding(first.object->lock);
  operate_on(first);
  EXPECT_EQ(block(0, 0), BlockState::kLinked);
  EXPECT_EQ(state(first), 0U);
}
TEST_F(Repair, WhatThePulserLeftIsOver) {  // (E1)
  const ObjectRef event = make(Kind::kEvent, 0, 0, true);
  queue(0, {event});
  test::set_word(event.object->word, event::pulsed(event.object->word.load()));
  die_holding(event.object->lock);
  operate_on(event);
  EXPECT_TRUE(is_granted(0));
  EXPECT_EQ(state(event), 0U);
}

// ---- a wait-all: rows a4 to a7 of 5.3 ------------------------------------------------------------------------------

enum AllStep : std::uint8_t { kAllChanged, kAllRedo, kAllCommitted, kFirstWord, kFirstHeld, kSecondWord, kSecondHeld };
class WaitAllRow : public Engine, public testing::WithParamInterface<AllStep> {};
TEST_P(WaitAllRow, TakesEveryMemberOnce) {  // (A1) (A3)
  const std::array objects{make(Kind::kEvent), make(Kind::kSemaphore, 0, 5)};
  queue_all(0, {objects[0], objects[1]});
  const AllStep last = GetParam();
  std::array<Word, 2> redo{};
  for (std::uint32_t i = 0; i < 2; ++i) {
    test::set_word(objects[i].object->word, make_word(objects[i].generation, kSlow | 1));
    redo.at(i) = satisfied(*objects[i].object, objects[i].object->word.load(), threads[0].identity);
    if (last >= kAllRedo) view.blocks[make_block_ref(0, i)].redo = redo.at(i);
  }
  if (last >= kAllCommitted) threads[0].record->park = park_satisfied(kParkAll, false);
  for (std::uint32_t i = 0; i < 2; ++i) {
    if (last >= (i == 0 ? kFirstWord : kSecondWord)) test::set_word(objects[i].object->word, redo.at(i));
    if (last < (i == 0 ? kFirstHeld : kSecondHeld)) continue;
    queue::remove(view, *objects[i].object, make_block_ref(0, i));
    objects[i].object->all_hint = 0;
    view.blocks[make_block_ref(0, i)].word = make_block_word(BlockState::kHeld, objects[i].slot, objects[i].generation);
  }
  for (const ObjectRef& ref : objects) die_holding(ref.object->lock);

  for (const ObjectRef& ref : objects) operate_on(ref);

  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(is_granted(0, i));
    EXPECT_EQ(block(0, i), BlockState::kHeld);
    EXPECT_EQ(state(objects[i]), 0U);
    EXPECT_EQ(objects[i].object->all_hint.load(), 0U);
    EXPECT_FALSE(is_slow(objects[i]));
  }
}
INSTANTIATE_TEST_SUITE_P(Rows, WaitAllRow,
                         testing::Values(kAllChanged, kAllRedo, kAllCommitted, kFirstWord, kFirstHeld, kSecondWord,
                                         kSecondHeld));

// ---- giving a dead waiter's unit back: rows r1 to r3 of 7.3 --------------------------------------------------------

enum ReturnStep : std::uint8_t { kReturning, kReturnedWord, kReturned };
class ReturnRow : public Engine, public testing::WithParamInterface<std::tuple<Kind, ReturnStep>> {};
TEST_P(ReturnRow, GivesTheUnitBackOnce) {
  const auto [kind, last] = GetParam();
  const ObjectRef ref = make(kind, 0, 5);
  queue(0, {ref});
  test::set_word(ref.object->word, satisfied(*ref.object, make_word(ref.generation, kSlow | 1), threads[0].identity));
  queue::remove(view, *ref.object, make_block_ref(0, 0));
  threads[0].record->park = park_satisfied(0, false);
  WaitBlock& waiter = view.blocks[make_block_ref(0, 0)];
  waiter.redo = returned(*ref.object, ref.object->word.load());
  waiter.word = make_block_word(BlockState::kReturning, ref.slot, ref.generation);
  if (last >= kReturnedWord) test::set_word(ref.object->word, waiter.redo.load());
  if (last >= kReturned) waiter.word = kFreeBlock;
  die_holding(ref.object->lock);

  operate_on(ref);

  EXPECT_EQ(state(ref), 1U);
  EXPECT_EQ(block(0), BlockState::kFree);
}
INSTANTIATE_TEST_SUITE_P(Rows, ReturnRow,
                         testing::Combine(testing::Values(Kind::kEvent, Kind::kSemaphore),
                                          testing::Values(kReturning, kReturnedWord, kReturned)));

// ---- a dead waiter's blocks: row s4 of 7.3 -------------------------------------------------------------------------

class GiveBack : public Engine {
 protected:
  void clean(const ObjectRef& ref, std::uint32_t thread) {
    SlowPath slow(view, nullptr);
    ASSERT_EQ(slow.begin(*ref.object), SlowPath::Begin::kLocked);
    clean_blocks(slow, *ref.object, thread);
    slow.complete(*ref.object);
    slow.leave();
  }
};
TEST_F(GiveBack, AQueuedBlockLeaves) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  clean(event, 0);
  EXPECT_EQ(order(event), Order{});
  EXPECT_EQ(block(0), BlockState::kFree);
}
TEST_F(GiveBack, AUnitThatWasNotAcknowledgedGoesToTheNextWaiter) {  // (U1)
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  clean(event, 0);
  EXPECT_TRUE(is_granted(1));
  EXPECT_EQ(state(event), 0U);
}
TEST_F(GiveBack, AUnitThatWasAcknowledgedIsGone) {  // (U1)
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 5);
  queue(0, {semaphore});
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 1, nullptr), Status::kOk);
  threads[0].record->park = park_word(Park::kIdle);
  clean(semaphore, 0);
  EXPECT_EQ(state(semaphore), 0U);
}
TEST_F(GiveBack, WhatAPulseGaveDoesNotComeBack) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  ASSERT_EQ(pulse_event(view, threads[7], event), Status::kOk);
  ASSERT_TRUE(is_granted(0));
  clean(event, 0);
  EXPECT_TRUE(is_waiting(1));
  EXPECT_EQ(state(event), 0U);
}
TEST_F(GiveBack, ASemaphoreNeverRisesAboveItsMaximum) {
  const ObjectRef semaphore = make(Kind::kSemaphore, 0, 1);
  queue(0, {semaphore});
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 1, nullptr), Status::kOk);
  ASSERT_EQ(release_semaphore(view, threads[7], semaphore, 1, nullptr), Status::kOk);
  clean(semaphore, 0);
  EXPECT_EQ(state(semaphore), 1U);
}

// ---- donations -----------------------------------------------------------------------------------------------------

using Donations = Engine;
TEST_F(Donations, AnOwnerRunsAtTheKeyOfItsTopWaiter) {  // (B1)
  const ObjectRef mutex = make_mutex(0);
  queue(1, {mutex}, 7);
  queue(2, {mutex}, 9);
  EXPECT_EQ(priority::effective_key(threads[0].record->boost), 9);
  leave_queues(view, threads[2], 1, notes[2]);
  EXPECT_EQ(priority::effective_key(threads[0].record->boost), 7);
  leave_queues(view, threads[1], 1, notes[1]);
  EXPECT_EQ(priority::effective_key(threads[0].record->boost), 0);
}
TEST_F(Donations, AWaiterBelowTheOwnerDonatesNothing) {
  const ObjectRef mutex = make_mutex(0);
  set_key(0, 8);
  queue(1, {mutex}, 7);
  EXPECT_EQ(mutex.object->boost.owner.load(), 0U);
}
TEST_F(Donations, MoveWithTheMutexToItsNextOwner) {
  const ObjectRef mutex = make_mutex(0);
  queue(1, {mutex}, 7);
  queue(2, {mutex}, 6);
  ASSERT_EQ(release_mutex(view, threads[0], mutex), Status::kOk);
  EXPECT_EQ(priority::effective_key(threads[0].record->boost), 0);
  EXPECT_EQ(mutex.object->boost.owner.load(), 0U) << "6 is below what the new owner has of itself";
}
TEST_F(Donations, AreCountedAnewAfterADeathUnderThePiLock) {
  const ObjectRef mutex = make_mutex(0);
  queue(1, {mutex}, 7);
  ThreadRecord& owner = *threads[0].record;
  priority::add_donation(owner.boost, 12);  // of a mutex whose publisher died half-way
  die_holding(owner.pi_lock);
  {
    const PiLock lock(view, owner);
    ASSERT_TRUE(lock.is_held());
    priority::recompute(owner.boost);
  }
  EXPECT_EQ(priority::effective_key(owner.boost), 7);
}

}  // namespace
}  // namespace rtss::runtime
