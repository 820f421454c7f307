// Names: creating, opening and losing objects.
#include <algorithm>
#include <string>

#include "tests/support/api_test.h"

namespace rtss::test {

// The wide calls for 16-bit units, under the names that other languages bind to.
HANDLE create_mutex_utf16(LPSECURITY_ATTRIBUTES attributes, BOOL initial_owner,
                          const char16_t* name) __asm__("RtCreateMutexW");
HANDLE open_mutex_utf16(DWORD access, BOOL inherit, const char16_t* name) __asm__("RtOpenMutexW");

namespace {

constexpr std::size_t kLongestName = 259;

bool exists(const KindCalls& kind, Name name) {
  const HANDLE handle = kind.open(name);
  if (handle == nullptr) return false;
  close_handle(handle);
  return true;
}

std::size_t objects_named(std::string_view name) {
  const auto objects = view().objects();
  return static_cast<std::size_t>(
      std::ranges::count_if(objects, [name](const auto& object) { return object.name == name; }));
}

class Names : public ApiTest {};

template <class Peer>
class NamesBetween : public ApiTest {};
TYPED_TEST_SUITE(NamesBetween, Peers, PeerNames);

TEST_F(Names, FreshCreateStoresLastErrorZero) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    for (const Name& name : {Name(kind.name), Name()}) {
      SetLastError(kUntouchedError);
      const HANDLE handle = kind.create(name);
      EXPECT_NE(handle, nullptr);
      EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
    }
  }
}

TEST_F(Names, OpenStoresLastErrorZero) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    kind.create(kind.name);
    SetLastError(kUntouchedError);
    EXPECT_NE(kind.open(kind.name), nullptr);
    EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  }
}

TYPED_TEST(NamesBetween, CreateOfAnExistingNameGivesAnotherHandleToTheSameObject) {
  TypeParam peer;
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const HANDLE theirs = peer.call(kind.create, kind.name);
    ASSERT_NE(theirs, nullptr);
    EXPECT_EQ(peer.last_error(), ERROR_SUCCESS);

    SetLastError(kUntouchedError);
    const HANDLE ours = kind.create(kind.name);

    ASSERT_NE(ours, nullptr);
    EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
    EXPECT_EQ(objects_named(kind.name), 1U);
    EXPECT_EQ(view().object(kind.name)->references, 2U);
    EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_OBJECT_0);
    EXPECT_EQ(wait_one(ours, 0), WAIT_TIMEOUT) << "what the peer took must be gone for us";
    if (kind.open == open_mutex) peer.call(release_mutex, theirs);
  }
}

TYPED_TEST(NamesBetween, CreateOfAnExistingMutexDoesNotTakeIt) {
  TypeParam peer;
  const HANDLE theirs = peer.call(create_mutex, "M", FALSE);

  const HANDLE ours = create_mutex("M", TRUE);

  EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
  EXPECT_TRUE(is_free(ours));
  EXPECT_EQ(peer.call(wait_one, theirs, 0U), WAIT_OBJECT_0);
  EXPECT_EQ(peer.call(release_mutex, theirs), TRUE);
}

TYPED_TEST(NamesBetween, CreateOfAnExistingEventKeepsItsKindAndState) {
  TypeParam peer;
  peer.call(create_event, "manual and set", TRUE, TRUE);
  peer.call(create_event, "auto and clear", FALSE, FALSE);

  const auto manual = query_event(create_event("manual and set", FALSE, FALSE));
  const auto automatic = query_event(create_event("auto and clear", TRUE, TRUE));

  ASSERT_TRUE(manual && automatic);
  EXPECT_TRUE(manual->manual_reset);
  EXPECT_TRUE(manual->signaled);
  EXPECT_FALSE(automatic->manual_reset);
  EXPECT_FALSE(automatic->signaled);
}

TYPED_TEST(NamesBetween, CreateOfAnExistingSemaphoreKeepsItsCountAndMaximum) {
  TypeParam peer;
  peer.call(create_semaphore, "S", 2, 5);

  const auto state = query_semaphore(create_semaphore("S", 7, 9));

  ASSERT_TRUE(state);
  EXPECT_EQ(state->count, 2);
  EXPECT_EQ(state->maximum, 5);
}

TYPED_TEST(NamesBetween, NameOfAnotherKindIsRefusedByCreateAndOpen) {
  TypeParam peer;
  for (const auto& holder : kKinds) {
    const HANDLE theirs = peer.call(holder.create, "clash");
    for (const auto& other : kKinds) {
      if (holder.create == other.create) continue;
      SCOPED_TRACE(std::string(other.name) + " over " + holder.name);
      EXPECT_FAILS(other.create("clash"), nullptr, ERROR_INVALID_HANDLE);
      EXPECT_FAILS(other.open("clash"), nullptr, ERROR_INVALID_HANDLE);
    }
    EXPECT_EQ(view().object("clash")->references, 1U) << "a refused call left a reference";
    EXPECT_EQ(peer.call(close_handle, theirs), TRUE);
  }
}

TEST_F(Names, OpenOfAMissingNameSaysFileNotFound) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    EXPECT_FAILS(kind.open("never made"), nullptr, ERROR_FILE_NOT_FOUND);
  }
}

TEST_F(Names, OpenWithoutANameSaysInvalidParameter) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    EXPECT_FAILS(kind.open(nullptr), nullptr, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(kind.open(""), nullptr, ERROR_INVALID_PARAMETER);
  }
}

TEST_F(Names, AreCaseSensitive) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    kind.create("Pump");
    EXPECT_FAILS(kind.open("pump"), nullptr, ERROR_FILE_NOT_FOUND);
    EXPECT_NE(kind.create("PUMP"), nullptr);
    EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
    close_all_handles();
  }
}

TEST_F(Names, NullOrEmptyMakesUnnamedObjectsThatAreDistinct) {
  for (const char* name : {static_cast<const char*>(nullptr), ""}) {
    const HANDLE first = create_event(name, TRUE, FALSE);
    const HANDLE second = create_event(name, TRUE, FALSE);
    EXPECT_EQ(GetLastError(), ERROR_SUCCESS);

    set_event(first);

    EXPECT_TRUE(is_set(first));
    EXPECT_TRUE(is_clear(second));
  }
}

TEST_F(Names, OfExactlyTheLimitWork) {
  const std::string longest(kLongestName, 'n');
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    ASSERT_NE(kind.create(std::string_view(longest)), nullptr);
    EXPECT_NE(kind.open(std::string_view(longest)), nullptr);
    EXPECT_TRUE(view().object(longest));
    close_all_handles();
  }
}

TEST_F(Names, BeyondTheLimitAreRefusedByCreateAndOpen) {
  const std::string longer(kLongestName + 1, 'n');
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    EXPECT_FAILS(kind.create(std::string_view(longer)), nullptr, ERROR_FILENAME_EXCED_RANGE);
    EXPECT_FAILS(kind.open(std::string_view(longer)), nullptr, ERROR_FILENAME_EXCED_RANGE);
  }
}

TEST_F(Names, OnlyTheNameItselfCountsTowardsTheLimitNotItsPrefix) {
  const std::string longest(kLongestName, 'n');
  ASSERT_NE(create_mutex(std::string_view("Global\\" + longest), FALSE), nullptr);
  EXPECT_NE(open_mutex(std::string_view(longest)), nullptr);
}

TEST_F(Names, WideNamesAreMeasuredInBytesOfUtf8) {
  const std::u16string fits(kLongestName / 2, u'\u00e4');  // two bytes each
  const std::u16string exceeds(kLongestName / 2 + 1, u'\u00e4');

  const HANDLE mutex = create_mutex_utf16(nullptr, FALSE, fits.c_str());
  EXPECT_NE(mutex, nullptr);
  EXPECT_FAILS(create_mutex_utf16(nullptr, FALSE, exceeds.c_str()), nullptr, ERROR_FILENAME_EXCED_RANGE);

  close_handle(mutex);
}

TEST_F(Names, WithABackslashInsideAreRefused) {
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    for (const char* name : {"a\\b", "\\a", "a\\", "Global\\a\\b", "Local\\Global\\a", "Session\\1"}) {
      SCOPED_TRACE(name);
      EXPECT_FAILS(kind.create(name), nullptr, ERROR_INVALID_NAME);
      EXPECT_FAILS(kind.open(name), nullptr, ERROR_INVALID_NAME);
    }
  }
}

TEST_F(Names, MayHoldSlashesSpacesAndAnyOtherCharacter) {
  for (const char* name :
       {"a/b", "/", "Msg Server Mutex", ".", "..", "%s%n", "tab\there", "\xe6\x97\xa5\xe6\x9c\xac"}) {
    SCOPED_TRACE(name);
    ASSERT_NE(create_mutex(name, FALSE), nullptr);
    EXPECT_NE(open_mutex(name), nullptr);
  }
}

TYPED_TEST(NamesBetween, GlobalAndLocalPrefixesAreDropped) {
  TypeParam peer;
  peer.call(create_semaphore, "Global\\valve", 3, 9);

  for (const char* name : {"valve", "Local\\valve", "Global\\valve"}) {
    SCOPED_TRACE(name);
    const HANDLE ours = open_semaphore(name);
    ASSERT_NE(ours, nullptr);
    EXPECT_TRUE(has_count(ours, 3));
  }
}

TEST_F(Names, NarrowAndWideFormsOfOneTextNameOneObject) {
  const HANDLE narrow = create_mutex(
      "Gr\xc3\xb6\xc3\x9f"
      "e \xf0\x9f\x94\xa7",
      FALSE);
  const HANDLE wide = RtOpenMutexW(0, FALSE, L"Gr\u00f6\u00dfe \U0001f527");
  const HANDLE utf16 = open_mutex_utf16(0, FALSE, u"Gr\u00f6\u00dfe \U0001f527");
  ASSERT_NE(wide, nullptr);
  ASSERT_NE(utf16, nullptr);

  EXPECT_EQ(wait_one(narrow, 0), WAIT_OBJECT_0);
  EXPECT_TRUE(is_owned(wide, gettid()));
  EXPECT_TRUE(is_owned(utf16, gettid()));
  EXPECT_EQ(release_mutex(utf16), TRUE);
  EXPECT_EQ(close_handle(wide), TRUE);
  EXPECT_EQ(close_handle(utf16), TRUE);
}

TEST_F(Names, WideCreateOfAnExistingNarrowNameSaysAlreadyExists) {
  create_mutex("M", FALSE);
  SetLastError(kUntouchedError);
  const HANDLE wide = RtCreateMutexW(nullptr, FALSE, L"M");
  EXPECT_NE(wide, nullptr);
  EXPECT_EQ(GetLastError(), ERROR_ALREADY_EXISTS);
  close_handle(wide);
}

TYPED_TEST(NamesBetween, ObjectEndsWithItsLastHandle) {
  TypeParam peer;
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const HANDLE ours = kind.create(kind.name);
    const HANDLE theirs = peer.call(kind.open, kind.name);

    EXPECT_EQ(close_handle(ours), TRUE);
    EXPECT_TRUE(exists(kind, kind.name)) << "the peer still has it open";
    EXPECT_EQ(peer.call(close_handle, theirs), TRUE);

    EXPECT_FAILS(kind.open(kind.name), nullptr, ERROR_FILE_NOT_FOUND);
  }
}

TYPED_TEST(NamesBetween, ObjectMadeByThePeerOutlivesThePeersHandle) {
  TypeParam peer;
  for (const auto& kind : kKinds) {
    SCOPED_TRACE(kind.name);
    const HANDLE theirs = peer.call(kind.create, kind.name);
    const HANDLE ours = kind.open(kind.name);

    EXPECT_EQ(peer.call(close_handle, theirs), TRUE);
    EXPECT_TRUE(exists(kind, kind.name));
    EXPECT_EQ(wait_one(ours, 0), WAIT_OBJECT_0);
    if (kind.open == open_mutex) release_mutex(ours);
    EXPECT_EQ(close_handle(ours), TRUE);

    EXPECT_FAILS(kind.open(kind.name), nullptr, ERROR_FILE_NOT_FOUND);
  }
}

TEST_F(Names, ReusedAfterTheLastCloseNameAFreshObject) {
  close_handle(create_semaphore("S", 5, 9));
  close_handle(create_event("E", TRUE, TRUE));
  const HANDLE taken = create_mutex("M", TRUE);
  release_mutex(taken);
  close_handle(taken);

  const HANDLE semaphore = create_semaphore("S", 1, 2);
  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  const HANDLE event = create_event("E", FALSE, FALSE);
  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  const HANDLE mutex = create_mutex("M", FALSE);
  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);

  EXPECT_EQ(query_semaphore(semaphore)->count, 1);
  EXPECT_EQ(query_semaphore(semaphore)->maximum, 2);
  EXPECT_FALSE(query_event(event)->signaled);
  EXPECT_FALSE(query_event(event)->manual_reset);
  EXPECT_TRUE(is_free(mutex));
}

TEST_F(Names, OfAbandonedMutexesAreFreshAfterTheLastClose) {
  const HANDLE old = create_mutex("M", FALSE);
  {
    ThreadPeer owner;
    EXPECT_EQ(owner.call(wait_one, old, INFINITE), WAIT_OBJECT_0);
  }
  await("the mutex is abandoned", [&] { return is_abandoned(old); });
  close_handle(old);

  const HANDLE fresh = create_mutex("M", FALSE);

  EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
  EXPECT_TRUE(is_free(fresh));
  EXPECT_EQ(wait_one(fresh, 0), WAIT_OBJECT_0);
  release_mutex(fresh);
}

TEST_F(Names, GoWithTheProcessThatDiesHoldingTheLastReferences) {
  NEEDS_PROCESSES();
  for (const bool killed : {false, true}) {
    SCOPED_TRACE(killed ? "killed" : "exits");
    ProcessPeer peer;
    for (const auto& kind : kKinds) ASSERT_NE(peer.call(kind.create, kind.name), nullptr);

    if (killed) {
      peer.end();
    } else {
      peer.start([] { exit(0); });
      peer.await_end();
    }

    for (const auto& kind : kKinds) {
      SCOPED_TRACE(kind.name);
      await("the dead process's names are gone", [&kind] { return !exists(kind, kind.name); });
      kind.create(kind.name);
      EXPECT_EQ(GetLastError(), ERROR_SUCCESS);
    }
    close_all_handles();
  }
}

TEST_F(Names, SurviveAProcessThatDiesWhileAnotherHasThemOpen) {
  NEEDS_PROCESSES();
  ProcessPeer peer;
  peer.call(create_semaphore, "S", 3, 9);
  const HANDLE ours = open_semaphore("S");

  peer.end();

  await("the dead process's reference is dropped", [] { return view().object("S")->references == 1; });
  EXPECT_TRUE(has_count(ours, 3));
  EXPECT_NE(open_semaphore("S"), nullptr);
}

}  // namespace
}  // namespace rtss::test
