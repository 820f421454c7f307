#include "tests/inspect/damage.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)

constexpr std::uint32_t kDead = platform::RobustLock::kOwnerDiedBit;

BlockWord standing(const Scene& s, BlockState state, std::uint32_t object) {
  return make_block_word(state, object, generation_of(s.image.object(object).word.load()));
}

INSTANTIATE_TEST_SUITE_P(
    Processes, Validator,
    testing::Values(Damage{"DeadProcess",
                           [](Scene& s) { s.image.process(s.a).life.word() = kDead; },
                           {"process 0 (pid 100): dead and not swept yet"}},
                    Damage{"ProcessWithoutLifeLock",
                           [](Scene& s) { s.image.process(s.a).life.word() = 0; },
                           {"process 0 (pid 100): in use, but no thread holds its life lock"}},
                    Damage{"LifeLockOfAFreeProcessSlot",
                           [](Scene& s) { s.image.process(2).life.word() = kDead; },
                           {"process 2 (pid 0): its slot is free, but its life lock reads 0x40000000"}},
                    Damage{"ProcessObjectOfAnotherKind",
                           [](Scene& s) { s.image.process(s.a).object = s.m; },
                           {"process 0 (pid 100): its own object 0 is not a process"}},
                    Damage{"ProcessBeyondTheHighWaterMark",
                           [](Scene& s) {
                             s.image.process(2).pid = 300;
                             s.image.process(2).life.word() = 300;
                           },
                           {"process 2 (pid 300): in use beyond the high-water mark 2"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Threads, Validator,
    testing::Values(Damage{"DeadThread",
                           [](Scene& s) { s.image.thread(s.p10).life.word() = kDead; },
                           {"thread 0 (tid 101): dead and not swept yet"}},
                    Damage{"ThreadOfNoProcess",
                           [](Scene& s) { s.image.thread(s.p10).process = 0x2000; },
                           {"thread 0 (tid 101): belongs to process identity 0x2000, which no process has"}},
                    Damage{"ThreadWithAnotherPid",
                           [](Scene& s) { s.image.thread(s.p10).pid = 101; },
                           {"thread 0 (tid 101): its pid is not that of process 0 (pid 100)"}},
                    Damage{"ThreadWithoutLifeLock",
                           [](Scene& s) { s.image.thread(s.p10).life.word() = 0; },
                           {"thread 0 (tid 101): in use, but no thread holds its life lock"}},
                    Damage{"LifeLockHeldByAnotherThread",
                           [](Scene& s) { s.image.thread(s.p10).life.word() = 102; },
                           {"thread 0 (tid 101): its life lock is held by tid 102"}},
                    Damage{"ThreadObjectOfAnotherKind",
                           [](Scene& s) { s.image.thread(s.p10).object = s.go; },
                           {"thread 0 (tid 101): its own object 2 is not a thread"}},
                    Damage{"IdentityOfAnotherSlot",
                           [](Scene& s) { s.image.process(s.a).identity = 0x1001; },
                           {"handle entry 0: belongs to process identity 0x1000, which no process has",
                            "handle entry 1: belongs to process identity 0x1000, which no process has",
                            "handle entry 5: belongs to process identity 0x1000, which no process has",
                            "process 0 (pid 100): its identity 0x1001 is not one of this slot",
                            "thread 0 (tid 101): belongs to process identity 0x1000, which no process has",
                            "thread 1 (tid 102): belongs to process identity 0x1000, which no process has"}},
                    Damage{"FreeThreadSlotThatWaits",
                           [](Scene& s) { s.image.thread(s.unused_thread).park = park_word(Park::kWaiting); },
                           {"thread 4 (tid 0): its slot is free, but not idle"}},
                    Damage{
                        "BlockOfAFreeThreadSlot",
                        [](Scene& s) { s.image.block(s.unused_thread, 2).word = standing(s, BlockState::kHeld, s.go); },
                        {"block 2 of thread 4 (tid 0): its slot is free"}},
                    Damage{"OwnedMutexNotCounted",
                           [](Scene& s) { s.image.thread(s.p10).owned = 0; },
                           {"thread 0 (tid 101): counts 0 owned mutexes, but 1 name it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Waits, Validator,
    testing::Values(Damage{"ParkWordThatIsNoState",
                           [](Scene& s) { s.image.thread(s.p10).park = 0x10; },
                           {"thread 0 (tid 101): its park word 0x10 is not a state"}},
                    Damage{"SatisfiedThroughABlockItDoesNotHave",
                           [](Scene& s) { s.image.thread(s.p10).park = park_satisfied(3, false); },
                           {"thread 0 (tid 101): its park word 0xf is not a state"}},
                    Damage{"WaitWithTooManyBlocks",
                           [](Scene& s) { s.image.thread(s.p10).block_count = 65; },
                           {"thread 0 (tid 101): its wait has 65 blocks"}},
                    Damage{"WaitForNothing",
                           [](Scene& s) { s.image.thread(s.p10).park = park_word(Park::kWaiting); },
                           {"thread 0 (tid 101): waits for nothing"}},
                    Damage{"WaiterQueuedNowhere",
                           [](Scene& s) { s.image.thread(s.p20).block_count = 2; },
                           {"block 1 of thread 2 (tid 201): its thread waits, but it is queued nowhere"}},
                    Damage{"HeldBlockOfAnIdleThread",
                           [](Scene& s) { s.image.block(s.p10, 0).word = standing(s, BlockState::kHeld, s.go); },
                           {"block 0 of thread 0 (tid 101): in use, but its thread is idle"}},
                    Damage{"IdleThreadThatIsQueued",
                           [](Scene& s) { s.image.thread(s.p20).park = park_word(Park::kIdle); },
                           {"block 0 of thread 2 (tid 201): in use, but its thread is idle"}},
                    Damage{"BlockBeyondItsWait",
                           [](Scene& s) { s.image.block(s.p20, 3).word = standing(s, BlockState::kHeld, s.go); },
                           {"block 3 of thread 2 (tid 201): in use beyond the blocks of its thread's wait"}},
                    Damage{"HeldBlockOfAWaiter",
                           [](Scene& s) {
                             s.image.thread(s.p20).block_count = 2;
                             s.image.block(s.p20, 1).word = standing(s, BlockState::kHeld, s.go);
                           },
                           {"block 1 of thread 2 (tid 201): held, but its thread's park word does not grant it"}},
                    Damage{"UnitReturnedForTheLiving",
                           [](Scene& s) {
                             s.image.thread(s.p20).block_count = 2;
                             s.image.block(s.p20, 1).word = standing(s, BlockState::kReturning, s.go);
                           },
                           {"block 1 of thread 2 (tid 201): is being returned, but its thread lives"}},
                    Damage{"GrantLeftHalfWay",
                           [](Scene& s) { s.image.thread(s.p20).park = park_satisfied(0, false); },
                           {"block 0 of thread 2 (tid 201): was granted half-way"}},
                    Damage{"BlockAtAnObjectOutOfRange",
                           [](Scene& s) { s.image.block(s.p10, 0).word = make_block_word(BlockState::kHeld, 10, 7); },
                           {"block 0 of thread 0 (tid 101): stands at an object out of range"}},
                    Damage{"BlockAtAnEarlierOccupant",
                           [](Scene& s) { s.image.block(s.p10, 0).word = make_block_word(BlockState::kHeld, s.go, 6); },
                           {"block 0 of thread 0 (tid 101): stands at an earlier occupant of its object"}},
                    Damage{"WaiterQueuedAtAnotherLevel",
                           [](Scene& s) { s.image.block(s.p20, 0).key = priority::key_of_level(21); },
                           {"block 0 of thread 2 (tid 201): queued at level 21, but its thread runs at 20"}},
                    Damage{"HalfAWaitAll",
                           [](Scene& s) {
                             s.image.block(s.p50, 0).wait_all = 0;
                             s.image.object(s.go).all_hint = 0;
                           },
                           {"thread 3 (tid 202): 1 of its 2 blocks are of a wait-all"}},
                    Damage{"WaitAllNotServed",
                           [](Scene& s) {
                             // N becomes p50's own, with all that belongs to it.
                             s.image.set_state(s.go, kSignaled);
                             s.image.clear_state(s.n, kOwnerMask);
                             s.image.own(s.n, s.p50);
                             s.image.object(s.n).boost.owner = 0;
                             s.image.thread(s.p30).owned = 0;
                             s.image.thread(s.p30).boost.donations[51] = 0;
                             s.image.thread(s.p30).boost.base = priority::key_of_level(50);
                           },
                           {"thread 3 (tid 202): waits for all of its objects, and all are signaled"}}),
    name_of);

}  // namespace
}  // namespace rtss::test
