// The recorder's words: a story that does not belong to the length that is shown is never told.
#include <array>

#include "platform/counter.h"
#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

struct RecorderWords : testing::Test {
  bool raise_to(std::uint32_t generation, std::uint64_t ns) { return raise(recorder.hold_length, generation, ns); }
  void write(std::uint32_t generation, std::uint64_t ns, int tid) {
    const HoldStory story{.ended_ns = 1000, .owner = {.pid = 1, .tid = tid, .name = {"owner"}}, .key = 5};
    tell(recorder.hold_story, recorder.hold_check, story, generation, ns);
  }
  std::optional<HoldStory> read(std::uint32_t generation) {
    return told<HoldStory>(recorder.hold_story, recorder.hold_check, generation, recorder.hold_length.load());
  }
  Recorder recorder{};
};

TEST_F(RecorderWords, AStoryThatWasToldIsRead) {
  ASSERT_TRUE(raise_to(0, 70));
  write(0, 70, 7);

  const auto story = read(0);

  ASSERT_TRUE(story);
  EXPECT_EQ(story->owner.tid, 7);
  EXPECT_EQ(story->ended_ns, 1000U);
}

TEST_F(RecorderWords, AWriterThatDiedBeforeTheStoryLeavesTheLengthAlone) {
  raise_to(0, 70);
  write(0, 70, 7);
  raise_to(0, 90);

  EXPECT_EQ(length_ns(recorder.hold_length.load()), 90U);
  EXPECT_FALSE(read(0)) << "the story is of the wait before";
}

TEST_F(RecorderWords, AWriterThatDiedWithinTheStoryLeavesNone) {
  raise_to(0, 70);
  write(0, 70, 7);
  recorder.hold_story[1].fetch_xor(std::uint64_t{1} << 33);

  EXPECT_FALSE(read(0));
}

TEST_F(RecorderWords, TheNextLongerOneReplacesAnUnfinishedOne) {
  raise_to(0, 70);

  EXPECT_FALSE(raise_to(0, 70));
  EXPECT_TRUE(raise_to(0, 71));
  write(0, 71, 8);

  ASSERT_TRUE(read(0));
  EXPECT_EQ(read(0)->owner.tid, 8);
}

TEST_F(RecorderWords, AShorterOneThatIsToldLateSpoilsTheStoryAndNotTheLength) {
  raise_to(0, 70);
  raise_to(0, 90);
  write(0, 90, 9);
  write(0, 70, 7);

  EXPECT_EQ(length_ns(recorder.hold_length.load()), 90U);
  EXPECT_FALSE(read(0));
}

TEST_F(RecorderWords, ALateThreadOfTheLastOccupantRaisesNothing) {
  recorder.hold_length = make_length(2, 0);

  EXPECT_FALSE(raise_to(1, 500));
  write(1, 500, 7);

  EXPECT_EQ(recorder.hold_length.load(), make_length(2, 0));
  EXPECT_TRUE(raise_to(2, 500));
  EXPECT_FALSE(read(2)) << "the story has another generation";
  EXPECT_FALSE(read(2 + (1U << 16))) << "and it is the full one that is compared";
}

TEST_F(RecorderWords, ALengthBeyondItsBitsIsTheGreatest) {
  recorder.hold_length = make_length(3, 0);
  EXPECT_TRUE(raise_to(3, ~std::uint64_t{0}));
  EXPECT_EQ(length_ns(recorder.hold_length.load()), kGreatestLength);
  EXPECT_FALSE(raise_to(3, ~std::uint64_t{0})) << "it is not raised again";
}

TEST_F(RecorderWords, AResetOfTheLastOccupantLeavesTheNextOnes) {
  recorder.hold_length = make_length(2, 40);

  lower_length(recorder.hold_length, 1);
  EXPECT_EQ(length_ns(recorder.hold_length.load()), 40U);
  lower_length(recorder.hold_length, 2);
  EXPECT_EQ(recorder.hold_length.load(), make_length(2, 0));
}

// CLOCK_MONOTONIC, the counter, CLOCK_MONOTONIC.
std::array<std::uint64_t, 3> moment(std::uint64_t scale) {
  const std::uint64_t before = platform::monotonic_ns();
  const std::uint64_t counter = platform::counter_ns(scale);
  return {before, counter, platform::monotonic_ns()};
}

TEST(Counter, PassesAsManyNanosecondsAsClockMonotonic) {
  constexpr std::uint64_t kSleepNs = 20'000'000;
  constexpr double kPrecision = 0.001;
  const std::uint64_t scale = platform::measure_counter_scale(platform::read_both_clocks());
  const auto first = moment(scale);
  platform::sleep_until(first[2] + kSleepNs);
  const auto last = moment(scale);

  const auto passed = static_cast<double>(last[1] - first[1]);

  EXPECT_GE(passed, static_cast<double>(last[0] - first[2]) * (1 - kPrecision));
  EXPECT_LE(passed, static_cast<double>(last[2] - first[0]) * (1 + kPrecision));
}

TEST(Counter, IsClockMonotonicWithoutAScale) {
  const auto now = moment(0);

  EXPECT_LE(now[0], now[1]);
  EXPECT_LE(now[1], now[2]);
}

using RecorderOfGrants = Engine;

// It waits for all of two, of which it has one.
TEST_F(RecorderOfGrants, AnOwnerThatQueuesOnItsOwnMutexBeginsNoHold) {
  const ObjectRef mutex = make_mutex(0);
  const ObjectRef event = make(Kind::kEvent);
  queue_all(0, {mutex, event});
  EXPECT_EQ(view.recorders[mutex.slot].holder.load(), 0U);

  queue(1, {mutex});

  EXPECT_EQ(view.recorders[mutex.slot].holder.load(), threads[0].identity);
  EXPECT_EQ(view.recorders[mutex.slot].hold_since_ns.load(), notes[1].queued_ns);
}

// A granter dies after the commit: when the grant came is not known, so no part of the wait is laid at any door.
TEST_F(RecorderOfGrants, ARepairedGrantHasNoTime) {
  const ObjectRef mutex = make_mutex(0);
  queue(1, {mutex});
  ASSERT_TRUE(is_waiting(1));
  die_holding(mutex.object->lock);
  WaitBlock& block = view.blocks[make_block_ref(1, 0)];
  const Word held = mutex.object->word.load();
  mutex.object->word.change(held, mutex::released(held));
  block.redo = mutex::satisfied(mutex.object->word.load(), threads[1].identity);
  view.threads[1].park = park_satisfied(0, false);

  leave_queues(view, threads[1], 1, notes[1]);

  const Recorder& recorder = view.recorders[mutex.slot];
  const auto story = told<WaitStory>(recorder.wait_story, recorder.wait_check, mutex.generation, recorder.wait_length);
  ASSERT_TRUE(story);
  EXPECT_EQ(story->granted_ns, 0U);
  EXPECT_EQ(story->granter.tid, 0);
  EXPECT_EQ(story->owner.tid, view.threads[0].tid.load());
  EXPECT_EQ(recorder.holder.load(), threads[1].identity);
}

}  // namespace
}  // namespace rtss::runtime
