// Names, handles and free lists.
#include <set>
#include <string>

#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

class Names : public Engine {
 protected:
  using Engine::Engine;
  std::uint32_t create(std::string_view name, Kind kind = Kind::kEvent) {
    const NamespaceLock lock(view);
    const std::uint32_t slot = allocate_object(lock);
    if (slot == kNoSlot) return kNoSlot;
    write_object(lock, slot, {.kind = kind}, name);
    publish_name(lock, slot);
    return slot;
  }
  std::uint32_t find(std::string_view name, Kind kind = Kind::kEvent) {
    return find_object(NamespaceLock(view), kind, name);
  }
  bool destroy(std::uint32_t slot) { return try_destroy(NamespaceLock(view), &threads[0], slot); }
  ObjectRef ref_of(std::uint32_t slot) {
    return {.object = &view.objects[slot], .slot = slot, .generation = generation_of(view.objects[slot].word.load())};
  }
  Handle issue(const ObjectRef& ref) { return issue_handle(NamespaceLock(view), process, ref); }
  Status close(Handle handle) { return close_handle(NamespaceLock(view), threads[0], handle); }
};

TEST_F(Names, AreFoundByTheirBytesAndNothingElse) {
  const std::uint32_t slot = create("Motion Lock");
  EXPECT_EQ(find("Motion Lock"), slot);
  for (const std::string_view other : {"motion lock", "Motion Loc", "Motion Lock ", ""})
    EXPECT_EQ(find(other), kNoSlot);
}
TEST_F(Names, ThatShareABucketAreToldApart) {
  std::set<std::uint32_t> slots;
  for (int i = 0; i < 8; ++i) slots.insert(create("name " + std::to_string(i)));  // 8 in 16 buckets
  EXPECT_EQ(slots.size(), 8U);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(slots.count(find("name " + std::to_string(i))), 1U);
}
TEST_F(Names, GoWithTheirObject) {  // (L2)
  const std::uint32_t slot = create("gone");
  ASSERT_TRUE(destroy(slot));
  EXPECT_EQ(find("gone"), kNoSlot);
  EXPECT_EQ(view.objects[slot].kind.load(), Kind::kFree);
}
TEST_F(Names, MayHaveTheLargestLength) {
  const std::string longest(kMaxNameBytes, 'x');
  EXPECT_EQ(find(longest), kNoSlot);
  const std::uint32_t slot = create(longest);
  EXPECT_NE(slot, kNoSlot);
  EXPECT_EQ(find(longest), slot);
}
TEST(NormalisedName, LosesOneAcceptedPrefix) {
  for (const auto& [given, wanted] :
       {std::pair<std::string_view, std::string_view>{"Global\\x", "x"}, {"Local\\x", "x"}, {"x", "x"}}) {
    std::string_view name = given;
    EXPECT_EQ(normalise_name(&name), Status::kOk);
    EXPECT_EQ(name, wanted);
  }
}
TEST(NormalisedName, RefusesBackslashesEmptyRestsAndTooManyBytes) {
  const std::string too_long(kMaxNameBytes + 1, 'x');
  for (const std::string_view bad : {"a\\b", "Global\\", "Global\\Local\\x", "global\\x"}) {
    std::string_view name = bad;
    EXPECT_EQ(normalise_name(&name), Status::kInvalidName) << bad;
  }
  std::string_view name = too_long;
  EXPECT_EQ(normalise_name(&name), Status::kNameTooLong);
}

class NamesPerKind : public Names {
 protected:
  NamesPerKind()
      : Names(NamespaceOptions{.limits = {.processes = 2, .threads = 2, .objects = 4, .handles = 4},
                               .names_per_kind = true}) {}
};
TEST_F(NamesPerKind, OneNameStandsForOneObjectOfEachKind) {
  const std::uint32_t event = create("x", Kind::kEvent);
  const std::uint32_t semaphore = create("x", Kind::kSemaphore);
  EXPECT_EQ(find("x", Kind::kEvent), event);
  EXPECT_EQ(find("x", Kind::kSemaphore), semaphore);
  EXPECT_EQ(find("x", Kind::kMutex), kNoSlot);
}

TEST_F(Names, AFreedSlotIsUsedAgainWithAnotherGeneration) {
  const std::uint32_t slot = create("a");
  const std::uint32_t generation = ref_of(slot).generation;
  ASSERT_TRUE(destroy(slot));
  EXPECT_EQ(create("b"), slot);
  EXPECT_EQ(ref_of(slot).generation, generation + 1);
}
TEST_F(Names, AFullTableSaysSoAndRecovers) {
  for (int i = 0; i < 8; ++i) ASSERT_NE(create(std::to_string(i)), kNoSlot);
  EXPECT_EQ(create("one more"), kNoSlot);
  ASSERT_TRUE(destroy(find("5")));
  EXPECT_NE(create("one more"), kNoSlot);
}
TEST_F(Names, AnObjectThatIsWaitedForOutlivesItsName) {  // (L1)
  const std::uint32_t slot = create("waited");
  const ObjectRef ref = ref_of(slot);
  queue(1, {ref});
  ASSERT_TRUE(destroy(slot));
  EXPECT_EQ(find("waited"), kNoSlot);
  EXPECT_EQ(ref.object->orphan.load(), 1);
  leave_queues(view, threads[1], 1, notes[1]);
  EXPECT_TRUE(is_slow(ref)) << "the last release of an orphan must be noticed";
}
TEST_F(Names, AnOwnedMutexOutlivesItsName) {  // (L1)
  const ObjectRef mutex = make_mutex(1);
  ASSERT_TRUE(destroy(mutex.slot));
  EXPECT_EQ(mutex.object->orphan.load(), 1);
  EXPECT_EQ(state(mutex), threads[1].identity);
}
TEST_F(Names, APinnedObjectStays) {
  const std::uint32_t slot = create("pinned");
  view.objects[slot].pinned = 1;
  ASSERT_TRUE(destroy(slot));
  EXPECT_EQ(find("pinned"), slot);
}
TEST_F(Names, AreRebuiltAfterADeathUnderTheNamespaceLock) {
  const std::uint32_t kept = create("kept");
  const Handle handle = issue(ref_of(kept));
  const std::uint32_t lost = create("lost");  // its creator died before it had a handle
  view.buckets[0] = 0x7777;
  view.header->free_object = 0x7777;
  die_holding(view.header->namespace_lock);
  EXPECT_EQ(find("kept"), kept);
  EXPECT_EQ(find("lost"), kNoSlot);
  EXPECT_EQ(view.objects[lost].kind.load(), Kind::kFree);
  EXPECT_EQ(view.objects[kept].references.load(), 1U);
  EXPECT_EQ(close(handle), Status::kOk);
}

TEST_F(Names, AHandleAnswersToItsProcessOnly) {
  const std::uint32_t slot = create("x");
  const Handle handle = issue(ref_of(slot));
  ObjectRef found{};
  EXPECT_TRUE(resolve(view, process, handle, &found));
  EXPECT_EQ(found.slot, slot);
  EXPECT_FALSE(resolve(view, make_identity(1, 1), handle, &found));
}
TEST_F(Names, TheTwoLowBitsOfAHandleAreIgnored) {
  const Handle handle = issue(ref_of(create("x")));
  ObjectRef found{};
  EXPECT_TRUE(resolve(view, process, handle | 3, &found));
}
TEST_F(Names, AClosedHandleIsNoHandle) {
  const Handle handle = issue(ref_of(create("x")));
  ASSERT_EQ(close(handle), Status::kOk);
  ObjectRef found{};
  EXPECT_FALSE(resolve(view, process, handle, &found));
  EXPECT_EQ(close(handle), Status::kInvalidHandle);
}
TEST_F(Names, TheLastHandleEndsTheObject) {
  const std::uint32_t slot = create("x");
  const Handle first = issue(ref_of(slot));
  const Handle second = issue(ref_of(slot));
  ASSERT_EQ(close(first), Status::kOk);
  EXPECT_EQ(find("x"), slot);
  ASSERT_EQ(close(second), Status::kOk);
  EXPECT_EQ(find("x"), kNoSlot);
}
TEST_F(Names, AHandleValueComesBackAsLateAsPossible) {
  const ObjectRef ref = ref_of(create("x"));
  const Handle keeper = issue(ref);
  const Handle first = issue(ref);
  ASSERT_EQ(close(first), Status::kOk);
  for (int i = 0; i < 6; ++i) {
    const Handle next = issue(ref);
    EXPECT_NE(handle_index(next), handle_index(first));
    ASSERT_EQ(close(next), Status::kOk);
  }
  const Handle again = issue(ref);
  EXPECT_EQ(handle_index(again), handle_index(first));
  EXPECT_NE(again, first);
  EXPECT_NE(keeper, kNoHandle);
}
TEST_F(Names, AFullHandleTableSaysSoAndCountsNothing) {
  const ObjectRef ref = ref_of(create("x"));
  for (int i = 0; i < 8; ++i) ASSERT_NE(issue(ref), kNoHandle);
  EXPECT_EQ(issue(ref), kNoHandle);
  EXPECT_EQ(ref.object->references.load(), 8U);
}
TEST_F(Names, AValueThatWasNeverIssuedResolvesToNothing) {
  ObjectRef found{};
  for (const Handle bad : {0U, 4U, 0xffff'fffcU, 0x0004'0000U, 0x7fff'ffffU})
    EXPECT_FALSE(resolve(view, process, bad, &found));
}
TEST_F(Names, ReferencesAndFreeEntriesAreRebuiltFromTheEntries) {
  const ObjectRef ref = ref_of(create("x"));
  const Handle kept = issue(ref);
  const Handle closed = issue(ref);
  ASSERT_EQ(close(closed), Status::kOk);
  ref.object->references = 77;
  view.header->free_handle_head = 0x7777;
  view.header->free_handle_tail = 0x7777;
  rebuild_handles(view);
  EXPECT_EQ(ref.object->references.load(), 1U);
  for (int i = 0; i < 7; ++i) EXPECT_NE(issue(ref), kNoHandle);
  EXPECT_EQ(issue(ref), kNoHandle);
  EXPECT_EQ(close(kept), Status::kOk);
}
TEST_F(Names, AllHandlesOfADeadProcessAreClosedAtOnce) {
  const std::uint32_t slot = create("x");
  const Handle survivors = issue_handle(NamespaceLock(view), make_identity(1, 1), ref_of(slot));
  issue(ref_of(slot));
  issue(ref_of(slot));
  ASSERT_TRUE(close_all(NamespaceLock(view), process));
  EXPECT_EQ(view.objects[slot].references.load(), 1U);
  ObjectRef found{};
  EXPECT_TRUE(resolve(view, make_identity(1, 1), survivors, &found));
}

}  // namespace
}  // namespace rtss::runtime
