// Command lines are split as the Microsoft C start-up code splits them.
#include "rtapi/src/command_line.h"

#include <gtest/gtest.h>

namespace rtss::rtapi {
namespace {

using Words = std::vector<std::string>;

TEST(CommandLine, BlanksSeparateAndQuotesKeepTogether) {
  EXPECT_EQ(split_command_line("  a  b\tc "), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_command_line(R"(a "b c" d"e f"g "")"), (Words{"a", "b c", "de fg", ""}));
  EXPECT_EQ(split_command_line(""), Words{});
  EXPECT_EQ(split_command_line("   "), Words{});
}

TEST(CommandLine, BackslashesMatterBeforeQuotesOnly) {
  EXPECT_EQ(split_command_line(R"(p a\b c\\d)"), (Words{"p", R"(a\b)", R"(c\\d)"}));
  EXPECT_EQ(split_command_line(R"(p a\"b "c\"d" e\\"f g")"), (Words{"p", R"(a"b)", R"(c"d)", R"(e\f g)"}));
  EXPECT_EQ(split_command_line(R"(p a\\\"b)"), (Words{"p", R"(a\"b)"}));
  EXPECT_EQ(split_command_line(R"(p "a""b" c)"), (Words{"p", R"(a"b)", "c"}));
  EXPECT_EQ(split_command_line(R"(p "open end)"), (Words{"p", "open end"}));
  EXPECT_EQ(split_command_line(R"(p end\)"), (Words{"p", R"(end\)"}));
}

TEST(CommandLine, FirstWordIsAPath) {
  EXPECT_EQ(split_command_line(R"("C:\my dir\"x y)"), (Words{R"(C:\my dir\x)", "y"}));
}

TEST(CommandLine, JoinedWordsAreSplitIntoTheSame) {
  const Words words = {"program", "plain", "two words", "", R"(quo"te)", R"(back\)", R"(b c\)", R"(\\"x)", "tab\there"};

  EXPECT_EQ(split_command_line(join_command_line(words)), words);
}

}  // namespace
}  // namespace rtss::rtapi
