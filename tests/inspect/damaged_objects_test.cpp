#include "tests/inspect/damage.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)

INSTANTIATE_TEST_SUITE_P(
    Objects, Validator,
    testing::Values(Damage{"UnknownKind",
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
                           [](Scene& s) { s.image.object(s.units).kind_word = 0x8000'0000U; },
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
                    Damage{
                        "TicketFromTheFuture",
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
        Damage{
            "WrongBackLink",
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
    Donations, Validator,
    testing::Values(Damage{"DonationToAnotherThread",
                           [](Scene& s) {
                             s.image.object(s.orphan).boost.owner = s.image.thread(s.p50).identity.load();
                             s.image.object(s.orphan).boost.key = priority::key_of_level(5);
                             s.image.thread(s.p50).boost.donations[6] = 1;
                           },
                           {"object 5 (mutex): donates a level to identity 0x1003, which does not own it"}},
                    Damage{"DonationWithoutAWaiter",
                           [](Scene& s) {
                             s.image.object(s.orphan).boost.owner = s.image.thread(s.p20).identity.load();
                             s.image.object(s.orphan).boost.key = priority::key_of_level(5);
                             s.image.thread(s.p20).boost.donations[6] = 1;
                           },
                           {"object 5 (mutex): donates level 5 to its owner, but its top waiter has -1"}},
                    Damage{"StaleDonation",
                           [](Scene& s) {
                             s.image.object(s.m).boost.key = priority::key_of_level(60);
                             s.image.thread(s.p10).boost.donations[51] = 0;
                             s.image.thread(s.p10).boost.donations[61] = 1;
                             s.image.thread(s.p10).boost.effective = priority::key_of_level(60);
                           },
                           {"object 0 (mutex \"M\"): donates level 60 to its owner, but its top waiter has 50"}},
                    Damage{"MissingDonation",
                           [](Scene& s) {
                             s.image.object(s.m).boost.owner = 0;
                             s.image.thread(s.p10).boost.donations[51] = 0;
                             s.image.thread(s.p10).boost.effective = priority::key_of_level(10);
                           },
                           {"object 0 (mutex \"M\"): donates nothing to its owner, but its top waiter has level 50"}},
                    Damage{"DonationNotCounted",
                           [](Scene& s) { s.image.thread(s.p10).boost.donations[51] = 0; },
                           {"thread 0 (tid 101): counts 0 donations of level 50, but mutexes publish 1"}},
                    Damage{"EffectiveLevelTooLow",
                           [](Scene& s) { s.image.thread(s.p10).boost.effective = priority::key_of_level(10); },
                           {"thread 0 (tid 101): its effective level is 10, but base and donations make it 50"}},
                    Damage{"EffectiveLevelTooHigh",
                           [](Scene& s) { s.image.thread(s.p10).boost.effective = priority::key_of_level(51); },
                           {"thread 0 (tid 101): its effective level is 51, but base and donations make it 50"}},
                    Damage{"LevelOutOfRange",
                           [](Scene& s) { s.image.thread(s.p10).boost.base = 200; },
                           {"thread 0 (tid 101): its levels are 199 and 50"}}),
    name_of);

}  // namespace
}  // namespace rtss::test
