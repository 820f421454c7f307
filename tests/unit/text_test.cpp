#include "rtapi/src/text.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>

namespace rtss::rtapi {
namespace {

using runtime::Status;

std::string utf8(char32_t character) {
  const char32_t text[] = {character, 0};
  const ObjectName name(text);
  return name.status() == Status::kOk ? std::string(name.text()) : "?";
}

template <typename Unit>
testing::AssertionResult reads_as(const Unit* text, std::string_view expected) {
  const ObjectName name(text);
  if (name.status() != Status::kOk) return testing::AssertionFailure() << "status " << int(name.status());
  if (name.text() != expected) return testing::AssertionFailure() << "reads as \"" << name.text() << '"';
  return testing::AssertionSuccess();
}

template <typename Unit>
testing::AssertionResult is_refused(std::basic_string<Unit> text, Status expected = Status::kInvalidName) {
  const ObjectName name(text.c_str());
  if (name.status() == expected) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "status " << int(name.status());
}

testing::AssertionResult is_refused(const char* text) { return is_refused(std::string(text)); }

TEST(ObjectName, OfANullPointerOrEmptyTextIsEmpty) {
  EXPECT_TRUE(reads_as(static_cast<const char*>(nullptr), ""));
  EXPECT_TRUE(reads_as(static_cast<const char16_t*>(nullptr), ""));
  EXPECT_TRUE(reads_as(static_cast<const char32_t*>(nullptr), ""));
  EXPECT_TRUE(reads_as("", ""));
  EXPECT_TRUE(reads_as(u"", ""));
  EXPECT_TRUE(reads_as(U"", ""));
}

TEST(ObjectName, IsTheSameTextInAllThreeEncodings) {
  constexpr std::string_view kExpected =
      "Load Cell 1::a/b \xC3\xA9 \xDF\xBF \xE0\xA0\x80 \xE2\x9C\x93 \xEF\xBF\xBF "
      "\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF";
  EXPECT_TRUE(reads_as(kExpected.data(), kExpected));
  EXPECT_TRUE(reads_as(u"Load Cell 1::a/b \u00E9 \u07FF \u0800 \u2713 \uFFFF \U00010000 \U0010FFFF", kExpected));
  EXPECT_TRUE(reads_as(U"Load Cell 1::a/b \u00E9 \u07FF \u0800 \u2713 \uFFFF \U00010000 \U0010FFFF", kExpected));
}

TEST(ObjectName, LeavesBackslashesToTheRuntime) {
  EXPECT_TRUE(reads_as(R"(Global\name)", R"(Global\name)"));
  EXPECT_TRUE(reads_as(uR"(a\b)", R"(a\b)"));
}

TEST(ObjectName, SurvivesAllCharactersThroughUtf16AndUtf8) {
  for (char32_t character = 1; character <= 0x10FFFF; ++character) {
    if (character >= 0xD800 && character <= 0xDFFF) continue;
    const std::string expected = utf8(character);
    ASSERT_TRUE(reads_as(expected.c_str(), expected)) << std::hex << std::uint32_t{character};
    char16_t units[3] = {};
    if (character < 0x10000) {
      units[0] = static_cast<char16_t>(character);
    } else {
      units[0] = static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10));
      units[1] = static_cast<char16_t>(0xDC00 + ((character - 0x10000) & 0x3FF));
    }
    ASSERT_TRUE(reads_as(units, expected)) << std::hex << std::uint32_t{character};
  }
}

TEST(Utf8, RefusesAContinuationWithoutALead) {
  EXPECT_TRUE(is_refused("\x80"));
  EXPECT_TRUE(is_refused("a\xBF"));
}

TEST(Utf8, RefusesATruncatedSequence) {
  for (const char* text :
       {"\xC3", "\xE2", "\xE2\x9C", "\xF0", "\xF0\x90", "\xF0\x90\x80", "\xC3 ", "\xE2\x9C z", "\xF0\x90\x80 z"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(Utf8, RefusesAnOverlongForm) {
  for (const char* text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(Utf8, RefusesSurrogatesAndWhatLiesBeyondUnicode) {
  for (const char* text : {"\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                           "\xF8\x88\x80\x80\x80", "\xFC\x84\x80\x80\x80\x80", "\xFE", "\xFF"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(Utf16, RefusesASurrogateThatIsNotPartOfAPair) {
  using Text = std::u16string;
  EXPECT_TRUE(is_refused(Text{0xD800}));
  EXPECT_TRUE(is_refused(Text{0xDBFF, u'a'}));
  EXPECT_TRUE(is_refused(Text{0xDC00}));
  EXPECT_TRUE(is_refused(Text{u'a', 0xDFFF}));
  EXPECT_TRUE(is_refused(Text{0xDC00, 0xD800}));
  EXPECT_TRUE(is_refused(Text{0xD800, 0xD800, 0xDC00}));
  EXPECT_TRUE(is_refused(Text{0xD800, 0xE000}));
}

TEST(Utf32, RefusesSurrogatesAndWhatLiesBeyondUnicode) {
  using Text = std::u32string;
  EXPECT_TRUE(is_refused(Text{0xD800}));
  EXPECT_TRUE(is_refused(Text{0xDFFF}));
  EXPECT_TRUE(is_refused(Text{0x110000}));
  EXPECT_TRUE(is_refused(Text{0xFFFFFFFF}));
  EXPECT_TRUE(is_refused(Text{U'a', 0x80000000}));
}

TEST(ObjectName, HoldsALongestNameWithItsPrefix) {
  const std::string longest = R"(Global\)" + std::string(runtime::kMaxNameBytes, 'x');
  EXPECT_TRUE(reads_as(longest.c_str(), longest));
  EXPECT_TRUE(reads_as(std::u16string(longest.begin(), longest.end()).c_str(), longest));
  EXPECT_TRUE(reads_as(std::u32string(longest.begin(), longest.end()).c_str(), longest));
}

TEST(ObjectName, BeyondItsCapacityIsTooLong) {
  EXPECT_TRUE(is_refused(std::string(ObjectName::kCapacity + 1, 'x'), Status::kNameTooLong));
  EXPECT_TRUE(is_refused(std::u16string(100'000, u'x'), Status::kNameTooLong));
  EXPECT_TRUE(is_refused(std::u32string(100'000, U'x'), Status::kNameTooLong));
}

TEST(ObjectName, CountsBytesOfUtf8NotCharacters) {
  static_assert(ObjectName::kCapacity % 3 != 0);
  const std::u16string fits(ObjectName::kCapacity / 3, u'\u2713');
  EXPECT_EQ(ObjectName(fits.c_str()).status(), Status::kOk);
  EXPECT_TRUE(is_refused(fits + u'\u2713', Status::kNameTooLong));
}

TEST(ObjectName, ReportsTheFirstDefectFromTheLeft) {
  const std::string full(ObjectName::kCapacity, 'x');
  EXPECT_TRUE(is_refused("\xFF" + full + "x", Status::kInvalidName));
  EXPECT_TRUE(is_refused(full + "x\xFF", Status::kNameTooLong));
}

// Text that ends where readable memory ends.
class LastPage : public testing::Test {
 protected:
  void SetUp() override {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    size_ = 2 * page;
    memory_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory_, MAP_FAILED);
    end_ = static_cast<char*>(memory_) + page;
    ASSERT_EQ(mprotect(end_, page, PROT_NONE), 0);
  }
  void TearDown() override { munmap(memory_, size_); }

  template <typename Unit>
  const Unit* place(std::basic_string<Unit> text) {
    const std::size_t bytes = (text.size() + 1) * sizeof(Unit);
    return static_cast<const Unit*>(std::memcpy(end_ - bytes, text.c_str(), bytes));
  }

 private:
  void* memory_ = nullptr;
  std::size_t size_ = 0;
  char* end_ = nullptr;
};

TEST_F(LastPage, IsNotOverrunByATruncatedSequence) {
  EXPECT_EQ(ObjectName(place<char>("ab\xF0")).status(), Status::kInvalidName);
  EXPECT_EQ(ObjectName(place<char>("ab\xE2\x9C")).status(), Status::kInvalidName);
  EXPECT_EQ(ObjectName(place<char16_t>({u'a', 0xD800})).status(), Status::kInvalidName);
  EXPECT_EQ(ObjectName(place<char32_t>({U'a', 0xD800})).status(), Status::kInvalidName);
}

TEST_F(LastPage, IsNotOverrunByAnEmptyName) {
  EXPECT_TRUE(reads_as(place<char>(""), ""));
  EXPECT_TRUE(reads_as(place<char16_t>({}), ""));
  EXPECT_TRUE(reads_as(place<char32_t>({}), ""));
}

}  // namespace
}  // namespace rtss::rtapi
