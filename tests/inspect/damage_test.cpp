// Every rule of the validator is broken once, and must be the only one complained about (or the first of the few that
// cannot but follow).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "runtime/inspect.h"
#include "tests/inspect/scene.h"

namespace rtss::test {
namespace {

using namespace runtime;   // NOLINT(google-build-using-namespace)

struct Damage {
  const char* name;
  std::function<void(Scene&)> inflict;
  std::vector<std::string> said;
};
void PrintTo(const Damage& damage, std::ostream* out) { *out << damage.name; }

class Validator : public testing::TestWithParam<Damage> {};

TEST_P(Validator, Says) {
  Scene scene;

  GetParam().inflict(scene);

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::ElementsAreArray(GetParam().said));
}

std::string name_of(const testing::TestParamInfo<Damage>& info) { return info.param.name; }

TEST(QuietNamespace, IsValid) {
  const Scene scene;

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
  EXPECT_TRUE(inspect::segment_is_valid(scene.image.view()));
}

TEST(RuinedNamespace, IsDescribedInBoundedSpace) {
  const Image image({.processes = 1, .threads = 8, .objects = 1, .handles = 1});
  for (std::uint32_t slot = 0; slot < 8; ++slot) {
    for (std::uint32_t index = 0; index < kBlocksPerThread; ++index) image.block(slot, index).word = 1;
  }

  const std::vector<std::string> lines = inspect::inconsistencies(image.view());

  ASSERT_EQ(lines.size(), 501U);
  EXPECT_EQ(lines.back(), "and 12 more");
}

const char* const kDeadHolder = ": its holder died and nobody has repaired what it protects";
constexpr std::uint32_t kDead = platform::RobustLock::kOwnerDiedBit;

BlockWord standing(const Scene& s, BlockState state, std::uint32_t object) {
  return make_block_word(state, object, generation_of(s.image.object(object).word));
}

INSTANTIATE_TEST_SUITE_P(
    Header, Validator,
    testing::Values(
        Damage{"HighWaterMarkBeyondItsLimit",
               [](Scene& s) { s.image.header().threads_used = 7; },
               {"header: threads ever used are 7, but the limit is 6"}},
        Damage{"AnotherMagic", [](Scene& s) { s.image.header().magic ^= 1; }, {"header: not a namespace"}},
        Damage{"AnotherLimit",
               [](Scene& s) { s.image.header().limits.objects = 9; },
               {"header: its size does not follow from its limits"}},
        Damage{"UnknownInheritance",
               [](Scene& s) { s.image.header().inheritance = static_cast<Inheritance>(3); },
               {"header: its settings are damaged"}},
        Damage{"NamespaceLockHeld",
               [](Scene& s) { s.image.header().namespace_lock.word() = 101; },
               {"namespace lock: held by tid 101"}},
        Damage{"AllLockOfTheDead",
               [](Scene& s) { s.image.header().all_lock.word() = kDead; },
               {std::string("all-lock") + kDeadHolder}},
        Damage{"ObjectLockOfTheDead",
               [](Scene& s) { s.image.object(s.m).lock.word() = kDead; },
               {std::string("lock of object 0 (mutex \"M\")") + kDeadHolder}},
        Damage{"PiLockHeld",
               [](Scene& s) { s.image.thread(s.p10).pi_lock.word() = 102; },
               {"PI lock of thread 0 (tid 101): held by tid 102"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Names, Validator,
    testing::Values(
        Damage{"ChainOutOfRange",
               [](Scene& s) { s.image.object(s.n).next = 10; },
               {"bucket 17: its chain leads to object 10, out of range"}},
        Damage{"ChainThatLoops",
               [](Scene& s) { s.image.object(s.n).next = s.n; },
               {"bucket 17: its chain leads to object 1 (mutex \"N\"), which a chain has reached before"}},
        Damage{"ChainWithANamelessObject",
               [](Scene& s) { s.image.object(s.n).next = s.orphan; },
               {"bucket 17: its chain leads to object 5 (mutex), which has no name"}},
        Damage{"ChainWithAFreeObject",
               [](Scene& s) { s.image.object(s.n).next = s.gone; },
               {"bucket 17: its chain leads to object 6 (free), which has no name"}},
        Damage{"NamedObjectThatNoChainReaches",
               [](Scene& s) { s.image.bucket_of("N") = kNoSlot; },
               {"object 1 (mutex \"N\"): no chain of the name table reaches it"}},
        Damage{"NameInAnotherBucket",
               [](Scene& s) {
                 s.image.bucket_of("N") = kNoSlot;
                 s.image.view().buckets[0] = s.n;
               },
               {"bucket 0: its chain holds object 1 (mutex \"N\"), whose name belongs to another"}},
        Damage{"EmptyName",
               [](Scene& s) { s.image.info(s.n).name_length = 0; },
               {"object 1 (mutex \"\"): its name is empty"}},
        Damage{"EndlessName",
               [](Scene& s) { s.image.info(s.n).name_length = 260; },
               {"object 1 (mutex \"N\"): its name is too long"}},
        Damage{"NameLongerThanItsLength",
               [](Scene& s) { s.image.info(s.n).name[1] = 'X'; },
               {"object 1 (mutex \"N\"): its name does not end where its length says"}},
        Damage{"NameShorterThanItsLength",
               [](Scene& s) { s.image.info(s.n).name_length = 2; },
               {"object 1 (mutex \"N\"): its name holds a NUL"}},
        Damage{"NameWithABackslash",
               [](Scene& s) { s.image.info(s.n).name[0] = '\\'; },
               {"object 1 (mutex \"\\\"): its name holds a backslash"}},
        Damage{"OneNameTwice",
               [](Scene& s) { s.image.rename(s.n, "M"); },
               {"object 1 (mutex \"M\"): has the name of object 0 (mutex \"M\")"}},
        Damage{"OneNameForTwoKinds",
               [](Scene& s) { s.image.rename(s.go, "M"); },
               {"object 2 (event \"M\"): has the name of object 0 (mutex \"M\")"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Handles, Validator,
    testing::Values(
        Damage{"HandleOfNoProcess",
               [](Scene& s) { s.image.handle(0).check += std::uint64_t{1} << (32 + kIdentitySlotBits); },
               {"handle entry 0: belongs to process identity 0x2000, which no process has"}},
        Damage{"HandleOfAnotherEntry",
               [](Scene& s) { s.image.handle(0).check += 4; },
               {"handle entry 0: holds handle 0x40004, which is not one of this entry"}},
        Damage{"HandleWithoutGeneration",
               [](Scene& s) { s.image.handle(0).check -= 1U << 18; },
               {"handle entry 0: holds handle 0x0, which is not one of this entry"}},
        Damage{"HandleOutOfRange",
               [](Scene& s) {
                 s.image.handle(0).target = 10;
                 --s.image.object(s.m).references;
               },
               {"handle entry 0: points at object 10, out of range"}},
        Damage{"HandleToAFreeObject",
               [](Scene& s) {
                 s.image.handle(0).target = s.gone;
                 --s.image.object(s.m).references;
               },
               {"handle entry 0: points at object 6, which is free"}},
        Damage{"HandleToAnEarlierTenant",
               [](Scene& s) {
                 s.image.handle(0).target = std::uint64_t{6} << 32 | s.m;
                 --s.image.object(s.m).references;
               },
               {"handle entry 0: points at an earlier tenant of object 0 (mutex \"M\")"}},
        Damage{"HandleBeyondTheHighWaterMark",
               [](Scene& s) { s.image.handle(12).check = make_check(0x1000, 1U << 18 | 12U << 2); },
               {"handle entry 12: in use beyond the high-water mark 9"}},
        Damage{"ReferenceWithoutHandle",
               [](Scene& s) { ++s.image.object(s.m).references; },
               {"object 0 (mutex \"M\"): has 3 references, but 2 handles point at it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    FreeLists, Validator,
    testing::Values(
        Damage{"FreeObjectMissing",
               [](Scene& s) { s.image.header().free_object = kNoSlot; },
               {"free list of objects: 6 is missing"}},
        Damage{"FreeObjectsInALoop",
               [](Scene& s) { s.image.object(s.gone).next = s.gone; },
               {"free list of objects: 6 is listed already"}},
        Damage{"LiveObjectListedAsFree",
               [](Scene& s) { s.image.object(s.gone).next = s.orphan; },
               {"free list of objects: 5 is in use"}},
        Damage{"FreeObjectOutOfRange",
               [](Scene& s) { s.image.header().free_object = 10; },
               {"free list of objects: 10 is out of range"}},
        Damage{"FreeObjectBeyondTheHighWaterMark",
               [](Scene& s) { s.image.object(s.gone).next = 7; },
               {"free list of objects: 7 is beyond the high-water mark"}},
        Damage{"FreeHandleMissing",
               [](Scene& s) { s.image.header().free_handle_head = s.last_free_entry; },
               {"free list of handles: 7 is missing"}},
        Damage{"LiveHandleListedAsFree",
               [](Scene& s) { s.image.handle(s.last_free_entry).target = 3; },
               {"free list of handles: 3 is in use"}},
        Damage{"WrongTailOfFreeHandles",
               [](Scene& s) { s.image.header().free_handle_tail = s.first_free_entry; },
               {"free list of handles: ends at 8, but its tail is 7"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Processes, Validator,
    testing::Values(
        Damage{"DeadProcess",
               [](Scene& s) { s.image.process(s.a).life.word() = kDead; },
               {"process 0 (pid 100): dead and not swept yet"}},
        Damage{"ProcessWithoutLifeLock",
               [](Scene& s) { s.image.process(s.a).life.word() = 0; },
               {"process 0 (pid 100): in use, but nobody holds its life lock"}},
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
    testing::Values(
        Damage{"DeadThread",
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
               {"thread 0 (tid 101): in use, but nobody holds its life lock"}},
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
        Damage{"BlockOfAFreeThreadSlot",
               [](Scene& s) { s.image.block(s.unused_thread, 2).word = standing(s, BlockState::kHeld, s.go); },
               {"block 2 of thread 4 (tid 0): its slot is free"}},
        Damage{"OwnedMutexNotCounted",
               [](Scene& s) { s.image.thread(s.p10).owned = 0; },
               {"thread 0 (tid 101): counts 0 owned mutexes, but 1 name it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Waits, Validator,
    testing::Values(
        Damage{"ParkWordThatIsNoState",
               [](Scene& s) { s.image.thread(s.p10).park = 0x10; },
               {"thread 0 (tid 101): its park word 0x10 is no state"}},
        Damage{"SatisfiedThroughABlockItDoesNotHave",
               [](Scene& s) { s.image.thread(s.p10).park = park_satisfied(3, false); },
               {"thread 0 (tid 101): its park word 0xf is no state"}},
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
        Damage{"BlockAtAnEarlierTenant",
               [](Scene& s) { s.image.block(s.p10, 0).word = make_block_word(BlockState::kHeld, s.go, 6); },
               {"block 0 of thread 0 (tid 101): stands at an earlier tenant of its object"}},
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
                 s.image.thread(s.p30).boost.claims[51] = 0;
                 s.image.thread(s.p30).boost.base = priority::key_of_level(50);
               },
               {"thread 3 (tid 202): waits for all of its objects, and all are signaled"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Objects, Validator,
    testing::Values(
        Damage{"UnknownKind",
               [](Scene& s) { s.image.object(s.tick).kind = static_cast<Kind>(9); },
               {"object 3 (unknown \"Tick\"): its kind is unknown"}},
        Damage{"ObjectBeyondTheHighWaterMark",
               [](Scene& s) { s.image.object(8).kind = Kind::kEvent; },
               {"object 8 (event): in use beyond the high-water mark 7"}},
        Damage{"MutexOwnedByNobodyKnown",
               [](Scene& s) {
                 s.image.clear_state(s.orphan, kOwnerMask);
                 s.image.set_state(s.orphan, 0x2002);
                 s.image.thread(s.p20).owned = 0;
               },
               {"object 5 (mutex): owned by identity 0x2002, which no thread has"}},
        Damage{"MutexAbandonedAndOwned",
               [](Scene& s) { s.image.set_state(s.orphan, kAbandoned); },
               {"object 5 (mutex): abandoned, yet owned"}},
        Damage{"FreeMutexWithRecursion",
               [](Scene& s) {
                 s.image.clear_state(s.orphan, kOwnerMask);
                 s.image.object(s.orphan).recursion = 1;
                 s.image.object(s.orphan).orphan = 0;
                 s.image.object(s.orphan).pinned = 1;
                 s.image.thread(s.p20).owned = 0;
               },
               {"object 5 (mutex): free with recursion 1"}},
        Damage{"RecursionBeyondItsLimit",
               [](Scene& s) { s.image.object(s.m).recursion = 0x7fff'ffff; },
               {"object 0 (mutex \"M\"): its recursion is beyond the limit"}},
        Damage{"EventWithUnknownBits",
               [](Scene& s) { s.image.set_state(s.tick, 0x40); },
               {"object 3 (event \"Tick\"): its word has the unknown bits 0x40"}},
        Damage{"PulseLeftSet",
               [](Scene& s) { s.image.set_state(s.tick, kPulse); },
               {"object 3 (event \"Tick\"): a pulse was left set"}},
        Damage{"CountAboveItsMaximum",
               [](Scene& s) { s.image.set_state(s.units, 4); },
               {"object 4 (semaphore \"Units\"): its count 6 exceeds its maximum 5"}},
        Damage{"ImpossibleMaximum",
               [](Scene& s) { s.image.object(s.units).maximum = 0x8000'0000U; },
               {"object 4 (semaphore \"Units\"): its maximum is 2147483648"}},
        Damage{"TimerThatIsSignaled",
               [](Scene& s) { s.image.object(s.tick).kind = Kind::kTimer; },
               {"object 3 (timer \"Tick\"): its word has the unknown bits 0x1"}},
        Damage{"ObjectThatNobodyNeeds",
               [](Scene& s) {
                 s.image.clear_state(s.orphan, kOwnerMask);
                 s.image.thread(s.p20).owned = 0;
               },
               {"object 5 (mutex): lives for no reason: no handle, no pin, no owner, no waiter"}},
        Damage{"OrphanNotMarked",
               [](Scene& s) { s.image.object(s.orphan).orphan = 0; },
               {"object 5 (mutex): has no handle and no pin, but is not marked as an orphan"}},
        Damage{"OrphanWithAHandle",
               [](Scene& s) {
                 s.image.object(s.m).orphan = 1;
                 s.image.bucket_of("M") = kNoSlot;
                 s.image.object(s.m).named = 0;
               },
               {"object 0 (mutex): marked as an orphan, but it has a handle or a pin"}},
        Damage{"OrphanWithoutSlow",
               [](Scene& s) { s.image.clear_state(s.orphan, kSlow); },
               {"object 5 (mutex): an orphan, but SLOW is clear"}},
        Damage{"OrphanWithItsName",
               [](Scene& s) { s.image.rename(s.orphan, "O"); },
               {"object 5 (mutex \"O\"): an orphan that still has its name"}},
        Damage{"QueueWithoutSlow",
               [](Scene& s) { s.image.clear_state(s.m, kSlow); },
               {"object 0 (mutex \"M\"): threads are queued, but SLOW is clear"}},
        Damage{"RecheckLeftSet",
               [](Scene& s) { s.image.object(s.tick).recheck = 1; },
               {"object 3 (event \"Tick\"): recheck was left set"}},
        Damage{"WrongHint",
               [](Scene& s) { s.image.object(s.n).all_hint = 0; },
               {"object 1 (mutex \"N\"): its hint counts 0 blocks of wait-alls, but 1 are queued"}},
        Damage{"TicketFromTheFuture",
               [](Scene& s) { s.image.object(s.n).next_ticket = 0; },
               {"object 1 (mutex \"N\"): its next ticket 0 is not beyond 0 of block 1 of thread 3 (tid 202)"}},
        Damage{"WaiterNotServed",
               [](Scene& s) {
                 s.image.block(s.p50, 0).wait_all = 0;
                 s.image.block(s.p50, 1).wait_all = 0;
                 s.image.object(s.go).all_hint = 0;
                 s.image.object(s.n).all_hint = 0;
                 s.image.set_state(s.go, kSignaled);
               },
               {"object 2 (event \"Go\"): signaled, but thread 3 (tid 202) waits for it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Queues, Validator,
    testing::Values(
        Damage{"HeadOutOfRange",
               [](Scene& s) { s.image.object(s.m).head = 6 * kBlocksPerThread; },
               {"object 0 (mutex \"M\"): its queue leads to a block out of range"}},
        Damage{"QueueThatLoops",
               [](Scene& s) { s.image.block(s.p20, 0).next = make_block_ref(s.p30, 0); },
               {"object 0 (mutex \"M\"): its queue leads to block 0 of thread 1 (tid 102) again"}},
        Damage{"WrongBackLink",
               [](Scene& s) { s.image.block(s.p20, 0).previous = kNoSlot; },
               {"object 0 (mutex \"M\"): block 0 of thread 2 (tid 201) links back to nothing, not to block 0 of thread 1 "
                "(tid 102)"}},
        Damage{"WrongTail",
               [](Scene& s) { s.image.object(s.m).tail = make_block_ref(s.p30, 0); },
               {"object 0 (mutex \"M\"): its queue ends at block 0 of thread 2 (tid 201), but its tail is block 0 of "
                "thread 1 (tid 102)"}},
        Damage{"LinkedBlockMissing",
               [](Scene& s) {
                 s.image.block(s.p30, 0).next = kNoSlot;
                 s.image.object(s.m).tail = make_block_ref(s.p30, 0);
               },
               {"object 0 (mutex \"M\"): block 0 of thread 2 (tid 201) is linked, but not in its queue"}},
        Damage{"QueuedBlockNotLinked",
               [](Scene& s) {
                 s.image.block(s.p20, 0).word = kFreeBlock;
                 s.image.thread(s.p20).park = park_word(Park::kCancelled);
               },
               {"object 0 (mutex \"M\"): block 0 of thread 2 (tid 201) is in its queue, but not linked to it"}},
        Damage{"QueueOutOfOrder",
               [](Scene& s) {
                 const BlockRef first = make_block_ref(s.p20, 0);
                 const BlockRef second = make_block_ref(s.p30, 0);
                 s.image.object(s.m).head = first;
                 s.image.object(s.m).tail = second;
                 s.image.block(s.p20, 0).previous = kNoSlot;
                 s.image.block(s.p20, 0).next = second;
                 s.image.block(s.p30, 0).previous = first;
                 s.image.block(s.p30, 0).next = kNoSlot;
               },
               {"object 0 (mutex \"M\"): block 0 of thread 2 (tid 201) is queued before block 0 of thread 1 (tid 102), "
                "but would be served after it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Claims, Validator,
    testing::Values(
        Damage{"ClaimOnSomebodyElse",
               [](Scene& s) {
                 s.image.object(s.orphan).boost.owner = s.image.thread(s.p50).identity.load();
                 s.image.object(s.orphan).boost.key = priority::key_of_level(5);
                 s.image.thread(s.p50).boost.claims[6] = 1;
               },
               {"object 5 (mutex): claims a level for identity 0x1003, which does not own it"}},
        Damage{"ClaimForNobody",
               [](Scene& s) {
                 s.image.object(s.orphan).boost.owner = s.image.thread(s.p20).identity.load();
                 s.image.object(s.orphan).boost.key = priority::key_of_level(5);
                 s.image.thread(s.p20).boost.claims[6] = 1;
               },
               {"object 5 (mutex): claims level 5 for its owner, but its top waiter has -1"}},
        Damage{"StaleClaim",
               [](Scene& s) {
                 s.image.object(s.m).boost.key = priority::key_of_level(60);
                 s.image.thread(s.p10).boost.claims[51] = 0;
                 s.image.thread(s.p10).boost.claims[61] = 1;
                 s.image.thread(s.p10).boost.effective = priority::key_of_level(60);
               },
               {"object 0 (mutex \"M\"): claims level 60 for its owner, but its top waiter has 50"}},
        Damage{"MissingClaim",
               [](Scene& s) {
                 s.image.object(s.m).boost.owner = 0;
                 s.image.thread(s.p10).boost.claims[51] = 0;
                 s.image.thread(s.p10).boost.effective = priority::key_of_level(10);
               },
               {"object 0 (mutex \"M\"): claims nothing for its owner, but its top waiter has level 50"}},
        Damage{"ClaimNotCounted",
               [](Scene& s) { s.image.thread(s.p10).boost.claims[51] = 0; },
               {"thread 0 (tid 101): counts 0 claims of level 50, but mutexes publish 1"}},
        Damage{"EffectiveLevelTooLow",
               [](Scene& s) { s.image.thread(s.p10).boost.effective = priority::key_of_level(10); },
               {"thread 0 (tid 101): its effective level is 10, but base and claims make it 50"}},
        Damage{"EffectiveLevelTooHigh",
               [](Scene& s) { s.image.thread(s.p10).boost.effective = priority::key_of_level(51); },
               {"thread 0 (tid 101): its effective level is 51, but base and claims make it 50"}},
        Damage{"LevelOutOfRange",
               [](Scene& s) { s.image.thread(s.p10).boost.base = 200; },
               {"thread 0 (tid 101): its levels are 199 and 50"}}),
    name_of);

TEST(NamesPerKind, LetTwoKindsShareAName) {
  const Scene scene;
  scene.image.rename(scene.go, "M");
  SegmentView view = scene.image.view();
  view.names_per_kind = true;

  EXPECT_THAT(inspect::inconsistencies(view), testing::IsEmpty());
}

TEST(InheritanceOff, AllowsNoClaim) {
  const Scene scene;
  SegmentView view = scene.image.view();
  view.inheritance = Inheritance::kOff;

  EXPECT_THAT(inspect::inconsistencies(view),
              testing::ElementsAre("object 0 (mutex \"M\"): claims a level, but inheritance is off",
                                   "object 1 (mutex \"N\"): claims a level, but inheritance is off"));
}

TEST(LimitedDemotion, KeepsABoostThatOutlivedItsMutex) {
  const Scene scene;
  ThreadRecord& thread = scene.image.thread(scene.p10);
  thread.boost.effective = priority::key_of_level(70);
  SegmentView view = scene.image.view();
  view.inheritance = Inheritance::kLimited;

  const std::vector<std::string> unexplained = inspect::inconsistencies(view);
  thread.after_release = kAfterReleaseBoosted;

  EXPECT_THAT(unexplained, testing::SizeIs(1));
  EXPECT_THAT(inspect::inconsistencies(view), testing::IsEmpty());
}

TEST(OwnerWaitingForItsOwnMutex, LendsItselfNothing) {
  Scene scene;
  scene.image.own(scene.image.add_object(Kind::kMutex, "Own"), scene.p50);
  const std::uint32_t own = scene.image.header().objects_used - 1;
  scene.image.add_handle(scene.b, own);
  scene.image.clear_state(scene.go, kSignaled);
  const std::uint32_t p60 = scene.image.add_thread(scene.a, 103, 60);
  scene.image.wait(p60, {own, scene.go}, true);

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()),
              testing::ElementsAre(
                  "object 7 (mutex \"Own\"): claims nothing for its owner, but its top waiter has level 60"));

  scene.image.clear_state(own, kOwnerMask);
  scene.image.thread(scene.p50).owned = 0;
  scene.image.own(own, p60);

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
}

}  // namespace
}  // namespace rtss::test
