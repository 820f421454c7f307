// The algebra of words: pure functions, no memory shared with anything.
#include <limits>

#include "platform/clock.h"
#include "tests/engine/engine.h"

namespace rtss::runtime {
namespace {

constexpr Identity kMe = make_identity(3, 7);
constexpr Identity kOther = make_identity(4, 7);
constexpr Word kGeneration = make_word(9, 0);

TEST(MutexWord, FreeIsSignaledForEveryThread) { EXPECT_TRUE(mutex::is_signaled(kGeneration, kMe)); }
TEST(MutexWord, OwnedIsSignaledForItsOwnerOnly) {
  const Word owned = mutex::satisfied(kGeneration, kMe);
  EXPECT_TRUE(mutex::is_signaled(owned, kMe));
  EXPECT_FALSE(mutex::is_signaled(owned, kOther));
}
TEST(MutexWord, TakingKeepsSlowAndGeneration) {
  EXPECT_EQ(mutex::satisfied(kGeneration | kSlow, kMe), make_word(9, kSlow | kMe));
}
TEST(MutexWord, TakingAnAbandonedMutexEndsTheAbandonment) {
  EXPECT_FALSE(mutex::is_abandoned(mutex::satisfied(kGeneration | kAbandoned, kMe)));
}
TEST(MutexWord, ReleasedKeepsSlowOnly) { EXPECT_EQ(mutex::released(make_word(9, kSlow | kMe)), make_word(9, kSlow)); }
TEST(MutexWord, AbandonedNamesNoOwner) {  // (M3)
  const Word word = mutex::abandoned(make_word(9, kMe));
  EXPECT_TRUE(mutex::is_abandoned(word));
  EXPECT_EQ(mutex::owner(word), 0U);
}
TEST(MutexWord, EveryIdentityFitsBesideTheFlags) {
  const Identity largest = make_identity((1U << kIdentitySlotBits) - 1, kIdentityGenerationMask);
  EXPECT_EQ(mutex::owner(mutex::satisfied(kGeneration | kSlow, largest)), largest);
}

TEST(EventWord, SetIsSignaledAndClearedIsNot) {
  EXPECT_TRUE(event::is_signaled(event::set(kGeneration)));
  EXPECT_FALSE(event::is_signaled(event::cleared(event::set(kGeneration))));
}
TEST(EventWord, AutoResetTakesTheSignalAndManualResetLeavesIt) {
  EXPECT_EQ(event::satisfied(event::set(kGeneration), false), kGeneration);
  EXPECT_EQ(event::satisfied(event::set(kGeneration), true), event::set(kGeneration));
}
TEST(EventWord, APulseClearsSignaled) {  // (E1)
  const Word word = event::pulsed(event::set(kGeneration));
  EXPECT_FALSE(event::is_set(word));
  EXPECT_TRUE(event::is_signaled(word));
}
TEST(EventWord, SettingEndsAPulse) { EXPECT_EQ(event::set(event::pulsed(kGeneration)), event::set(kGeneration)); }

TEST(SemaphoreWord, IsSignaledAboveZero) {
  EXPECT_FALSE(semaphore::is_signaled(kGeneration | kSlow));
  EXPECT_TRUE(semaphore::is_signaled(semaphore::with_count(kGeneration, 1)));
}
TEST(SemaphoreWord, TakingCountsDownAndKeepsSlow) {
  EXPECT_EQ(semaphore::satisfied(make_word(9, kSlow | 5)), make_word(9, kSlow | 4));
}
TEST(SemaphoreWord, HoldsTheLargestCount) {
  EXPECT_EQ(semaphore::count(semaphore::with_count(kGeneration | kSlow, 0x7fff'ffff)), 0x7fff'ffffU);
}

TEST(ParkWord, SatisfiedNamesItsBlock) {
  const std::uint32_t word = park_satisfied(17, false);
  EXPECT_EQ(park_index(word), 17U);
  EXPECT_TRUE(park_covers(word, 17));
  EXPECT_FALSE(park_covers(word, 16));
}
TEST(ParkWord, AWaitAllCoversEveryBlock) {
  for (std::uint32_t i = 0; i < kBlocksPerThread; ++i) EXPECT_TRUE(park_covers(park_satisfied(kParkAll, true), i));
}
TEST(ParkWord, AbandonedDoesNotTouchTheIndex) { EXPECT_EQ(park_index(park_satisfied(63, true)), 63U); }
TEST(ParkWord, WaitingAndCancelledCoverNothing) {
  EXPECT_FALSE(park_covers(park_word(Park::kWaiting), 0));
  EXPECT_FALSE(park_covers(park_word(Park::kCancelled), 0));
}

TEST(BlockWordAlgebra, HoldsStateObjectAndGeneration) {
  const BlockWord word = make_block_word(BlockState::kReturning, 65535, 0xffff'ffff);
  EXPECT_EQ(block_state(word), BlockState::kReturning);
  EXPECT_EQ(block_object(word), 65535U);
  EXPECT_EQ(block_generation(word), 0xffff'ffffU);
}
TEST(BlockReference, NamesThreadAndIndex) {
  EXPECT_EQ(thread_of(make_block_ref(4095, 63)), 4095U);
  EXPECT_EQ(index_of(make_block_ref(4095, 63)), 63U);
}

TEST(IdentityOfSlot, NextOccupantDiffersAndKeepsTheSlot) {
  EXPECT_NE(next_occupant(kMe), kMe);
  EXPECT_EQ(slot_of(next_occupant(kMe)), slot_of(kMe));
}
TEST(IdentityOfSlot, IsNeverZeroWhenGenerationsWrap) {
  EXPECT_NE(next_occupant(make_identity(0, kIdentityGenerationMask)), 0U);
}
TEST(IdentityOfSlot, SurvivesADamagedRecord) { EXPECT_EQ(slot_of(identity_at(5, 0xffff'ffff)), 5U); }

TEST(DeadlineArithmetic, NeverReadsNoClockAndStaysNever) {
  EXPECT_TRUE(platform::Deadline::after(platform::Timeout::never()).is_never());
}
TEST(DeadlineArithmetic, ALongTimeoutSaturates) {
  const auto longest = platform::Timeout::nanoseconds(std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(longest.is_never());
  EXPECT_GE(platform::Deadline::after(longest).ns(), std::numeric_limits<std::uint64_t>::max() - 1);
}
TEST(DeadlineArithmetic, LiesItsTimeoutAfterNow) {
  const std::uint64_t before = platform::monotonic_ns();
  const std::uint64_t deadline = platform::Deadline::after(platform::Timeout::nanoseconds(5'000'000)).ns();
  EXPECT_GE(deadline, before + 5'000'000);
  EXPECT_LE(deadline, platform::monotonic_ns() + 5'000'000);
}
TEST(DeadlineArithmetic, ZeroIsAPoll) { EXPECT_TRUE(platform::Timeout::nanoseconds(0).is_poll()); }

TEST(LimitsOfANamespace, AreSaneBetweenOneAndTheMaximum) {
  EXPECT_TRUE(are_sane(Limits{}));
  EXPECT_TRUE(are_sane(kMaxLimits));
  EXPECT_FALSE(are_sane({.processes = 0, .threads = 1, .objects = 1, .handles = 1}));
  EXPECT_FALSE(are_sane({.processes = 1, .threads = 1, .objects = kMaxLimits.objects + 1, .handles = 1}));
}
TEST(OffsetsOfTables, LieApartAndAligned) {
  const Offsets at = offsets_of({.processes = 3, .threads = 5, .objects = 7, .handles = 9});
  EXPECT_GE(at.threads, at.processes + 3 * sizeof(ProcessRecord));
  EXPECT_GE(at.blocks, at.threads + 5 * sizeof(ThreadRecord));
  EXPECT_GE(at.objects, at.blocks + 5 * kBlocksPerThread * sizeof(WaitBlock));
  EXPECT_GE(at.infos, at.objects + 7 * sizeof(Object));
  EXPECT_EQ(at.objects % alignof(Object), 0U);
  EXPECT_EQ(at.threads % alignof(ThreadRecord), 0U);
}

}  // namespace
}  // namespace rtss::runtime

#ifdef __SANITIZE_THREAD__
// The all-lock lets its holder take object locks in any order (A1), which the detector takes for a deadlock to come.
extern "C" __attribute__((visibility("default"))) const char* __tsan_default_options() { return "detect_deadlocks=0"; }
#endif
