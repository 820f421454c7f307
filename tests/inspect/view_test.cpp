#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/inspect/inspect.h"
#include "tests/inspect/scene.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)
using inspect::View;
using testing::ElementsAre;
using testing::IsEmpty;

struct ViewTest : testing::Test {
  Scene scene;
  View view = View::over(scene.image.view());

  static std::vector<std::int32_t> tids(const std::vector<inspect::Waiter>& waiters) {
    std::vector<std::int32_t> found;
    for (const inspect::Waiter& waiter : waiters) found.push_back(waiter.tid);
    return found;
  }
};

TEST_F(ViewTest, ShowsAnOwnedMutexWithItsWaitersInOrderOfService) {
  const auto m = view.object("M");

  ASSERT_TRUE(m);
  EXPECT_EQ(m->slot, scene.m);
  EXPECT_EQ(m->generation, 7U);
  EXPECT_EQ(m->kind, Kind::kMutex);
  EXPECT_EQ(m->name, "M");
  EXPECT_EQ(m->references, 2U);
  EXPECT_FALSE(m->signaled);
  EXPECT_FALSE(m->abandoned);
  EXPECT_FALSE(m->orphan);
  EXPECT_EQ(m->owner_pid, 100);
  EXPECT_EQ(m->owner_tid, 101);
  EXPECT_EQ(m->owner_slot, scene.p10);
  EXPECT_EQ(m->recursion, 2);
  EXPECT_EQ(m->lent_level, 50);
  EXPECT_EQ(m->contentions, 2U);
  EXPECT_THAT(tids(m->waiters), ElementsAre(102, 201));
  EXPECT_EQ(m->waiters[0].thread_slot, scene.p30);
  EXPECT_EQ(m->waiters[0].pid, 100);
  EXPECT_EQ(m->waiters[0].level, 50);
  EXPECT_EQ(m->waiters[1].level, 20);
  EXPECT_FALSE(m->waiters[0].wait_all);
}

TEST_F(ViewTest, ShowsTheLongestWait) {
  const std::uint32_t generation = runtime::generation_of(scene.image.object(scene.m).word.load());
  runtime::Recorder& recorder = scene.image.view().recorders[scene.m];
  recorder.wait_length = runtime::make_length(generation, 120);
  runtime::WaitStory story{};
  story.ended_ns = 500;
  story.waiter.tid = 7;
  story.served = 3;
  tell(recorder.wait_story, recorder.wait_check, story, generation, 120);

  const auto longest = view.object("M")->longest_wait;
  EXPECT_EQ(longest.ns, 120U);
  ASSERT_TRUE(longest.story);
  EXPECT_EQ(longest.story->waiter.tid, 7);
  EXPECT_EQ(longest.story->served, 3U);
  EXPECT_EQ(view.object("N")->longest_wait.ns, 0U);
}

TEST_F(ViewTest, TellsNoStoryThatIsNotOfThatLength) {
  const std::uint32_t generation = runtime::generation_of(scene.image.object(scene.m).word.load());
  runtime::Recorder& recorder = scene.image.view().recorders[scene.m];
  recorder.wait_length = runtime::make_length(generation, 130);
  tell(recorder.wait_story, recorder.wait_check, runtime::WaitStory{}, generation, 120);

  EXPECT_EQ(view.object("M")->longest_wait.ns, 130U);
  EXPECT_FALSE(view.object("M")->longest_wait.story);
}

TEST_F(ViewTest, ShowsNoLengthOfTheSlotsLastOccupant) {
  const std::uint32_t generation = runtime::generation_of(scene.image.object(scene.m).word.load());
  scene.image.view().recorders[scene.m].wait_length = runtime::make_length(generation + 1, 130);

  EXPECT_EQ(view.object("M")->longest_wait.ns, 0U);
}

TEST_F(ViewTest, ShowsWhichProcessesHaveAnObjectOpen) {
  scene.image.add_handle(scene.b, scene.m);

  const auto holders = view.holders(*view.object("M"));

  ASSERT_EQ(holders.size(), 2U);
  EXPECT_EQ(holders[0].pid, 100);
  EXPECT_EQ(holders[0].handles, 1U);
  EXPECT_EQ(holders[1].pid, 200);
  EXPECT_EQ(holders[1].handles, 2U);
  EXPECT_THAT(view.holders(*view.object_at(scene.orphan)), IsEmpty());
}

TEST_F(ViewTest, AHandleToTheLastOccupantOfASlotDoesNotHoldTheNext) {
  auto next = *view.object("M");
  ++next.generation;

  EXPECT_THAT(view.holders(next), IsEmpty());
}

TEST_F(ViewTest, ShowsEventsAndSemaphores) {
  const auto go = view.object("Go");
  const auto tick = view.object("Tick");
  const auto units = view.object("Units");

  ASSERT_TRUE(go && tick && units);
  EXPECT_TRUE(go->manual_reset);
  EXPECT_FALSE(go->signaled);
  EXPECT_EQ(go->lent_level, -1);
  EXPECT_TRUE(go->waiters.at(0).wait_all);
  EXPECT_FALSE(tick->manual_reset);
  EXPECT_TRUE(tick->signaled);
  EXPECT_TRUE(units->signaled);
  EXPECT_EQ(units->count, 2);
  EXPECT_EQ(units->maximum, 5);
  EXPECT_EQ(units->owner_tid, 0);
}

TEST_F(ViewTest, ShowsAFreeMutexAsSignaledAndWithoutOwner) {
  scene.image.clear_state(scene.orphan, kOwnerMask | kSlow);
  scene.image.set_state(scene.orphan, kAbandoned);

  const auto mutex = view.object_at(scene.orphan);

  ASSERT_TRUE(mutex);
  EXPECT_TRUE(mutex->signaled);
  EXPECT_TRUE(mutex->abandoned);
  EXPECT_EQ(mutex->owner_tid, 0);
  EXPECT_EQ(mutex->owner_slot, kNoSlot);
  EXPECT_EQ(mutex->recursion, 0);
  EXPECT_TRUE(mutex->orphan);
  EXPECT_EQ(mutex->name, "");
}

TEST_F(ViewTest, ShowsSharedMemoryAndTheThreadThatAnObjectStandsFor) {
  scene.image.object(scene.units).kind = Kind::kSharedMemory;
  scene.image.info(scene.units).kind_first = 4096;
  scene.image.info(scene.units).kind_second = 3;
  scene.image.object(scene.tick).kind = Kind::kThread;
  scene.image.info(scene.tick).kind_second = std::uint64_t{100} << 32 | 101;

  const auto memory = view.object("Units");
  const auto thread = view.object("Tick");

  ASSERT_TRUE(memory && thread);
  EXPECT_EQ(memory->size, 4096U);
  EXPECT_EQ(memory->file, 3U);
  EXPECT_EQ(thread->owner_pid, 100);
  EXPECT_EQ(thread->owner_tid, 101);
  EXPECT_EQ(thread->size, 0U);
}

TEST_F(ViewTest, DoesNotNameAnOccupantThatIsGoneAsOwner) {
  scene.image.thread(scene.p10).identity = next_occupant(scene.image.thread(scene.p10).identity);

  const auto m = view.object("M");

  ASSERT_TRUE(m);
  EXPECT_FALSE(m->signaled);
  EXPECT_EQ(m->owner_tid, 0);
  EXPECT_EQ(m->owner_slot, scene.p10);
}

TEST_F(ViewTest, FindsObjectsByNameAndKind) {
  EXPECT_FALSE(view.object("m"));
  EXPECT_FALSE(view.object(""));
  EXPECT_FALSE(view.object("M", Kind::kEvent));
  EXPECT_TRUE(view.object("M", Kind::kMutex));
  EXPECT_FALSE(view.object_at(scene.gone));
  EXPECT_FALSE(view.object_at(10));
}

TEST_F(ViewTest, ListsLiveObjectsOnly) {
  std::vector<std::string> names;
  for (const inspect::ObjectView& object : view.objects()) names.push_back(object.name);

  EXPECT_THAT(names, ElementsAre("M", "N", "Go", "Tick", "Units", ""));
}

TEST_F(ViewTest, FindsWaitersThroughTheirBlocksWhenLinksAreBroken) {
  scene.image.block(scene.p30, 0).next = make_block_ref(scene.p30, 0);

  EXPECT_THAT(tids(view.object("M")->waiters), ElementsAre(102, 201));
}

TEST_F(ViewTest, ShowsWhatAThreadWaitsForAndWhomItBoosts) {
  const auto p50 = view.thread(202);

  ASSERT_TRUE(p50);
  EXPECT_EQ(p50->slot, scene.p50);
  EXPECT_EQ(p50->pid, 200);
  EXPECT_EQ(p50->base_level, 50);
  EXPECT_EQ(p50->effective_level, 50);
  EXPECT_TRUE(p50->blocked);
  EXPECT_TRUE(p50->wait_all);
  EXPECT_THAT(p50->blocked_on, ElementsAre(scene.go, scene.n));
  EXPECT_THAT(p50->boosts, ElementsAre(scene.p30));
}

TEST_F(ViewTest, OnlyTheTopWaiterBoosts) {
  EXPECT_THAT(view.thread(102)->boosts, ElementsAre(scene.p10));
  EXPECT_THAT(view.thread(201)->boosts, IsEmpty());
}

TEST_F(ViewTest, ShowsABoostedThreadThatRuns) {
  const auto p10 = view.thread(101);

  ASSERT_TRUE(p10);
  EXPECT_EQ(p10->base_level, 10);
  EXPECT_EQ(p10->effective_level, 50);
  EXPECT_EQ(p10->owned, 1U);
  EXPECT_TRUE(p10->level_set);
  EXPECT_FALSE(p10->blocked);
  EXPECT_THAT(p10->blocked_on, IsEmpty());
}

TEST_F(ViewTest, AThreadIsNotBlockedBeforeAllItsBlocksAreLinked) {
  scene.image.thread(scene.p20).block_count = 2;

  EXPECT_FALSE(view.thread(201)->blocked);
}

TEST_F(ViewTest, AThreadIsNotBlockedOnceItsWaitHasEnded) {
  for (const std::uint32_t park : {park_word(Park::kCancelled), park_satisfied(0, false), park_word(Park::kIdle)}) {
    scene.image.thread(scene.p20).park = park;

    EXPECT_FALSE(view.thread(201)->blocked) << park;
  }
}

TEST_F(ViewTest, ADeadThreadIsShownAsDeadAndNotBlocked) {
  scene.image.thread(scene.p20).life.word() = platform::RobustLock::kOwnerDiedBit;

  const auto p20 = view.thread(201);

  ASSERT_TRUE(p20);
  EXPECT_TRUE(p20->dead);
  EXPECT_FALSE(p20->blocked);
  EXPECT_EQ(view.info().unswept, 1U);
}

TEST_F(ViewTest, PrefersTheLivingWhenTheDeadHadTheSameTid) {
  scene.image.thread(scene.p10).tid = 201;
  scene.image.thread(scene.p10).life.word() = platform::RobustLock::kOwnerDiedBit;

  EXPECT_EQ(view.thread(201)->slot, scene.p20);
}

TEST_F(ViewTest, ListsThreadsAndProcessesInUse) {
  EXPECT_EQ(view.threads().size(), 4U);
  EXPECT_FALSE(view.thread(999));

  const auto processes = view.processes();
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_EQ(processes[0].pid, 100);
  EXPECT_EQ(processes[0].handles, 3U);
  EXPECT_FALSE(processes[0].dead);
  EXPECT_EQ(processes[1].handles, 4U);
}

TEST_F(ViewTest, TellsTheNamespacesSettingsAndUse) {
  scene.image.header().refused_boosts = 4;

  const inspect::NamespaceView info = view.info();

  EXPECT_EQ(info.version, kLayoutVersion);
  EXPECT_EQ(info.bytes, scene.image.size());
  EXPECT_EQ(info.creator_uid, 1000U);
  EXPECT_FALSE(info.group);
  EXPECT_EQ(info.inheritance, Inheritance::kTiered);
  EXPECT_EQ(info.window.low, 1);
  EXPECT_EQ(info.window.high, 98);
  EXPECT_EQ(info.refused_boosts, 4U);
  EXPECT_EQ(info.unswept, 0U);
  EXPECT_EQ(info.living, 2U);
  EXPECT_EQ(info.boot_id, platform::boot_id().data());
  const auto usage = [](const inspect::Usage& u) { return std::vector{u.in_use, u.ever_used, u.limit}; };
  EXPECT_THAT(usage(info.processes), ElementsAre(2, 2, 3));
  EXPECT_THAT(usage(info.threads), ElementsAre(4, 5, 6));
  EXPECT_THAT(usage(info.objects), ElementsAre(6, 7, 10));
  EXPECT_THAT(usage(info.handles), ElementsAre(7, 9, 16));
}

TEST(Printable, LeavesTextAloneAndEscapesTheRest) {
  EXPECT_EQ(inspect::printable("Global::ä/漢 𝄞"), "Global::ä/漢 𝄞");
  EXPECT_EQ(inspect::printable("a\x1b[2J\n"), "a\\x1b[2J\\x0a");
  EXPECT_EQ(inspect::printable("\xff\xc3"), "\\xff\\xc3");
  EXPECT_EQ(inspect::printable("\xc0\xaf\xed\xa0\x80\xc2\x9b"), "\\xc0\\xaf\\xed\\xa0\\x80\\xc2\\x9b");
}

}  // namespace
}  // namespace rtss::test
