// Queues of wait blocks: order, re-sorting, repair of links.
#include <algorithm>
#include <functional>

#include "runtime/sync/chain.h"
#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

using Queue = Engine;

TEST_F(Queue, IsFirstComeFirstServedAmongEquals) {  // (W3)
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {2U, 0U, 1U}) queue(thread, {event});
  EXPECT_EQ(order(event), (Order{2, 0, 1}));
}
TEST_F(Queue, PutsTheHighestKeyFirst) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event}, 5);
  queue(1, {event}, 9);
  queue(2, {event}, 7);
  EXPECT_EQ(order(event), (Order{1, 2, 0}));
  EXPECT_EQ(queue::top_key(view, *event.object), 9);
}
TEST_F(Queue, OrdersEqualsHoweverFarTheirTicketsLieApart) {
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {0U, 1U, 2U, 3U}) {
    queue(thread, {event});
    event.object->next_ticket += Ticket{1} << 31;
  }
  EXPECT_EQ(order(event), (Order{0, 1, 2, 3}));
}
TEST_F(Queue, ResortsABlockWhoseThreadWasRaised) {
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {event}, 3);
  set_key(2, 8);
  SlowPath slow(view, &threads[7]);
  requeue_blocked(slow, 2);
  slow.leave();
  EXPECT_EQ(order(event), (Order{2, 0, 1}));
}
TEST_F(Queue, AReSortedBlockKeepsItsTicket) {  // (W3)
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {event}, 3);
  for (const priority::Key key : {priority::Key{8}, priority::Key{3}}) {
    set_key(0, key);
    SlowPath slow(view, &threads[7]);
    requeue_blocked(slow, 0);
    slow.leave();
  }
  EXPECT_EQ(order(event), (Order{0, 1, 2}));
}
TEST_F(Queue, AThreadIsResortedOnEveryObjectItWaitsFor) {
  const ObjectRef first = make(Kind::kEvent);
  const ObjectRef second = make(Kind::kSemaphore, 0, 5);
  queue(0, {first, second}, 4);
  queue(1, {first, second}, 3);
  set_key(1, 6);
  SlowPath slow(view, &threads[7]);
  requeue_blocked(slow, 1);
  slow.leave();
  EXPECT_EQ(order(first), (Order{1, 0}));
  EXPECT_EQ(order(second), (Order{1, 0}));
}

class QueueRemoval : public Engine, public testing::WithParamInterface<std::uint32_t> {};
TEST_P(QueueRemoval, LeavesTheOthersInOrder) {
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {event});
  leave_queues(view, threads[GetParam()], 1, notes[GetParam()]);
  Order rest{0, 1, 2};
  rest.erase(rest.begin() + GetParam());
  EXPECT_EQ(order(event), rest);
  EXPECT_EQ(block(GetParam()), BlockState::kFree);
}
INSTANTIATE_TEST_SUITE_P(Place, QueueRemoval, testing::Values(0U, 1U, 2U));

TEST_F(Queue, SlowStaysWhileABlockIsQueuedAndGoesWithTheLast) {  // (S1)
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event});
  queue(1, {event});
  leave_queues(view, threads[0], 1, notes[0]);
  EXPECT_TRUE(is_slow(event));
  leave_queues(view, threads[1], 1, notes[1]);
  EXPECT_FALSE(is_slow(event));
}

// What a death in the middle of a queue operation, or damage, can leave of the links.
using Damage = void (*)(const SegmentView& view, Object& object);
class BrokenLinks : public Engine, public testing::WithParamInterface<Damage> {};
TEST_P(BrokenLinks, AreRebuiltFromTheBlocks) {
  const ObjectRef event = make(Kind::kEvent);
  queue(0, {event}, 2);
  queue(1, {event}, 9);
  queue(2, {event}, 2);
  GetParam()(view, *event.object);
  queue::rebuild(view, *event.object);
  EXPECT_EQ(order(event), (Order{1, 0, 2}));
  queue(3, {event}, 2);
  EXPECT_EQ(order(event), (Order{1, 0, 2, 3}));
}
TEST_P(BrokenLinks, DoNotHoldUpAReleaseForEver) {
  const ObjectRef event = make(Kind::kEvent);
  for (const std::uint32_t thread : {0U, 1U, 2U}) queue(thread, {event});
  GetParam()(view, *event.object);
  event.object->recheck = 1;
  ASSERT_EQ(set_event(view, threads[7], event), Status::kOk);
  queue::rebuild(view, *event.object);
  EXPECT_LE(static_cast<int>(is_granted(0)) + static_cast<int>(is_granted(1)) + static_cast<int>(is_granted(2)), 1);
}
INSTANTIATE_TEST_SUITE_P(As, BrokenLinks,
                         testing::Values(Damage{[](const SegmentView&, Object& object) { object.head = kNoSlot; }},
                                         Damage{[](const SegmentView&, Object& object) { object.tail = kNoSlot; }},
                                         Damage{[](const SegmentView&, Object& object) { object.head = 0x7fff'ffff; }},
                                         Damage{[](const SegmentView& view, Object& object) {
                                           view.blocks[object.head.load()].next = object.head.load();
                                         }},
                                         Damage{[](const SegmentView& view, Object& object) {
                                           view.blocks[object.tail.load()].previous = kNoSlot;
                                         }},
                                         Damage{[](const SegmentView&, Object& object) { object.next_ticket = 0; }}));

class LongQueue : public Engine {
 protected:
  LongQueue() : Engine(NamespaceOptions{.limits = {.processes = 2, .threads = 300, .objects = 8, .handles = 8}}) {}
};
TEST_F(LongQueue, HasEachArrivalInItsPlaceAndIsBuiltAnewInTheSameOrder) {  // (W3)
  constexpr std::uint32_t kWaiters = 299;
  const auto key_of = [](std::uint32_t thread) { return static_cast<priority::Key>(thread * 7919 % 113 + 1); };
  const ObjectRef event = make(Kind::kEvent);
  Order expected;
  for (std::uint32_t thread = 0; thread < kWaiters; ++thread) {
    queue(thread, {event}, key_of(thread));
    expected.push_back(thread);
  }
  std::ranges::stable_sort(expected, std::ranges::greater{}, key_of);
  EXPECT_EQ(order(event), expected);

  event.object->head = kNoSlot;
  queue::rebuild(view, *event.object);

  EXPECT_EQ(order(event), expected);
}

}  // namespace
}  // namespace rtss::runtime
