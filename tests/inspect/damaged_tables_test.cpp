#include "tests/inspect/damage.h"

namespace rtss::test {
namespace {

using namespace runtime;  // NOLINT(google-build-using-namespace)

const char* const kDeadHolder = ": its holder died and what it protects is not repaired";
constexpr std::uint32_t kDead = platform::RobustLock::kOwnerDiedBit;

INSTANTIATE_TEST_SUITE_P(
    Header, Validator,
    testing::Values(Damage{"HighWaterMarkBeyondItsLimit",
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
    testing::Values(Damage{"ChainOutOfRange",
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
    testing::Values(Damage{"HandleOfNoProcess",
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
                    Damage{"HandleToAnEarlierOccupant",
                           [](Scene& s) {
                             s.image.handle(0).target = std::uint64_t{6} << 32 | s.m;
                             --s.image.object(s.m).references;
                           },
                           {"handle entry 0: points at an earlier occupant of object 0 (mutex \"M\")"}},
                    Damage{"HandleBeyondTheHighWaterMark",
                           [](Scene& s) { s.image.handle(12).check = make_check(0x1000, 1U << 18 | 12U << 2); },
                           {"handle entry 12: in use beyond the high-water mark 9"}},
                    Damage{"ReferenceWithoutHandle",
                           [](Scene& s) { ++s.image.object(s.m).references; },
                           {"object 0 (mutex \"M\"): has 3 references, but 2 handles point at it"}}),
    name_of);

INSTANTIATE_TEST_SUITE_P(FreeLists, Validator,
                         testing::Values(Damage{"FreeObjectMissing",
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
                                         Damage{
                                             "WrongTailOfFreeHandles",
                                             [](Scene& s) { s.image.header().free_handle_tail = s.first_free_entry; },
                                             {"free list of handles: ends at 8, but its tail is 7"}}),
                         name_of);

}  // namespace
}  // namespace rtss::test
