#include "bench/support/result_file.h"

#include <gtest/gtest.h>

#include <sstream>

#include "bench/commands/compare.h"
#include "bench/commands/targets_table.h"
#include "bench/support/report.h"
#include "bench/support/report_json.h"

namespace rtss::bench {
namespace {

constexpr const char* kTitle = "Take and release of a free mutex";
constexpr const char* kLimit = "CAS pair, two library calls";
constexpr const char* kOurs = "rtapi named mutex";

ContestantReport contestant(const std::string& name, std::vector<double> typical_ns) {
  ContestantReport made;
  made.name = name;
  for (std::uint64_t i = 1; i <= 100; ++i) made.recorded.histogram.record(i * 1'000'000);
  made.recorded.worst_of_second[0] = made.recorded.histogram.max();
  made.medians_ns = std::move(typical_ns);
  return made;
}

Report table(std::vector<double> limit_ns, std::vector<double> ours_ns) {
  Report report;
  report.title = kTitle;
  report.object = "mutex";
  report.environment = {{"kernel", "6.1"}, {"load average", "0"}};
  report.contestants.push_back(contestant(kLimit, std::move(limit_ns)));
  report.contestants.push_back(contestant(kOurs, std::move(ours_ns)));
  return report;
}

ResultFile result(std::vector<double> limit_ns, std::vector<double> ours_ns) {
  ParsedResult parsed = parse_result(to_json({table(std::move(limit_ns), std::move(ours_ns))}, 0));
  EXPECT_EQ(parsed.error, "");
  return std::move(parsed.result);
}

TEST(ResultFile, ReadsBackWhatWasWritten) {
  const ResultFile read = result({10, 11, 12}, {20, 21, 22});

  ASSERT_NE(read.find(kTitle), nullptr);
  const ResultContestant* const ours = read.find(kTitle)->find(kOurs);
  ASSERT_NE(ours, nullptr);
  EXPECT_EQ(ours->typical, (std::vector<double>{20, 21, 22}));
  EXPECT_EQ(ours->cycles, 100U);
  EXPECT_DOUBLE_EQ(ours->max, 100'000);
  EXPECT_EQ(ours->histogram.size(), 100U);
  EXPECT_EQ(read.environment.front().second, "6.1");
}

TEST(ResultFile, RefusesWhatIsNoResult) {
  EXPECT_NE(parse_result("{").error, "");
  EXPECT_NE(parse_result("{}").error, "");
  EXPECT_NE(parse_result("[]").error, "");
  EXPECT_NE(read_result("/nonexistent/result.json").error.find("No such file"), std::string::npos);
}

TEST(Comparison, FindsWhatHasBecomeSlower) {
  std::ostringstream text;

  const Comparison comparison = write_comparison(text, result({10, 10, 10, 10, 10}, {20, 20.1, 19.9, 20, 20}),
                                                 result({10, 10, 10, 10, 10}, {24, 24.1, 23.9, 24, 24}), 0.05);

  EXPECT_EQ(comparison, Comparison::kSlower);
  EXPECT_NE(text.str().find("SLOWER"), std::string::npos);
  EXPECT_NE(text.str().find("1.200"), std::string::npos);
}

TEST(Comparison, DoesNotTakeASlowerMachineForASlowerLibrary) {
  std::ostringstream text;

  const Comparison comparison = write_comparison(text, result({10, 10, 10, 10, 10}, {20, 20, 20, 20, 20}),
                                                 result({15, 15, 15, 15, 15}, {30, 30, 30, 30, 30}), 0.05);

  EXPECT_EQ(comparison, Comparison::kGood);
  EXPECT_NE(text.str().find("same"), std::string::npos);
}

TEST(Comparison, NamesTheEnvironmentsDifferenceButNotTheLoadAverage) {
  ResultFile other = result({10, 10, 10}, {20, 20, 20});
  other.environment = {{"kernel", "6.2"}, {"load average", "9"}};
  std::ostringstream text;

  write_comparison(text, result({10, 10, 10}, {20, 20, 20}), other, 0.05);

  EXPECT_NE(text.str().find("differs: kernel: 6.1 / 6.2"), std::string::npos);
  EXPECT_EQ(text.str().find("load average"), std::string::npos);
}

TEST(Comparison, NamesWhatOnlyTheLaterEnvironmentHas) {
  ResultFile later = result({10, 10, 10}, {20, 20, 20});
  later.environment.emplace_back("RTSS_LIMITS", "objects=100");
  std::ostringstream text;

  write_comparison(text, result({10, 10, 10}, {20, 20, 20}), later, 0.05);

  EXPECT_NE(text.str().find("differs: RTSS_LIMITS: unknown / objects=100"), std::string::npos) << text.str();
}

TEST(Comparison, IsUndecidedWithFewerThanThreeRuns) {
  std::ostringstream text;

  const Comparison comparison =
      write_comparison(text, result({10, 10, 10}, {20, 20, 20}), result({10, 10}, {40, 40}), 0.05);

  EXPECT_EQ(comparison, Comparison::kGood);
  EXPECT_NE(text.str().find("2.000  undecided"), std::string::npos) << text.str();
}

TEST(Comparison, IsIncompleteWithoutAContestantThatWasMeasuredBefore) {
  ResultFile failed = result({10, 10, 10}, {20, 20, 20});
  failed.measurements[0].contestants[1].missing = "ended by Killed";
  failed.measurements[0].contestants[1].typical.clear();
  ResultFile absent = result({10, 10, 10}, {20, 20, 20});
  absent.measurements[0].contestants.pop_back();
  std::ostringstream text;

  EXPECT_EQ(write_comparison(text, result({10, 10, 10}, {20, 20, 20}), failed, 0.05), Comparison::kIncomplete);
  EXPECT_EQ(write_comparison(text, result({10, 10, 10}, {20, 20, 20}), absent, 0.05), Comparison::kIncomplete);

  EXPECT_NE(text.str().find("not comparable: not measured in the second file: ended by Killed"), std::string::npos);
  EXPECT_NE(text.str().find("not comparable: not measured in the second file: not there"), std::string::npos);
}

TEST(Comparison, IsIncompleteWithNothingInCommon) {
  ResultFile other = result({10, 10, 10}, {20, 20, 20});
  other.measurements[0].title = "Something else";
  std::ostringstream text;

  EXPECT_EQ(write_comparison(text, result({10, 10, 10}, {20, 20, 20}), other, 0.05), Comparison::kIncomplete);
  EXPECT_NE(text.str().find("not comparable: only in the first file"), std::string::npos) << text.str();
}

TEST(Comparison, DecidesOnlyWhatTheIntervalDecides) {
  EXPECT_EQ(judge({1.20, 1.10, 1.30}, 0.05), Verdict::kSlower);
  EXPECT_EQ(judge({0.80, 0.70, 0.90}, 0.05), Verdict::kFaster);
  EXPECT_EQ(judge({1.01, 0.98, 1.03}, 0.05), Verdict::kSame);
  EXPECT_EQ(judge({1.20, 0.90, 1.50}, 0.05), Verdict::kUndecided);
  EXPECT_EQ(judge({1.02, 1.01, 1.08}, 0.05), Verdict::kUndecided);
}

TEST(Targets, SayMetMissedAndNotMeasured) {
  std::ostringstream met;
  std::ostringstream missed;

  write_targets(met, result({10, 10, 10}, {11, 11, 11}));
  write_targets(missed, result({10, 10, 10}, {13, 13, 13}));

  EXPECT_NE(met.str().find("1.10 [1.10, 1.10]    1.20  met"), std::string::npos) << met.str();
  EXPECT_NE(missed.str().find("1.30 [1.30, 1.30]    1.20  missed"), std::string::npos) << missed.str();
  EXPECT_NE(met.str().find("not measured"), std::string::npos);
}

TEST(Targets, SayWhenTheIntervalLeavesItOpen) {
  std::ostringstream text;

  write_targets(text, result({10, 10, 10, 10, 10}, {11, 14, 11, 14, 11}));

  EXPECT_NE(text.str().find("met?"), std::string::npos) << text.str();
}

TEST(Targets, AreNotDecidedByFewerThanThreeRuns) {
  std::ostringstream text;

  write_targets(text, result({10, 10}, {13, 13}));

  EXPECT_NE(text.str().find("missed?"), std::string::npos) << text.str();
}

TEST(Targets, HaveTheTailOfTheLimitBesideTheirOwn) {
  Report report = table({10, 10, 10}, {11, 11, 11});
  report.contestants.back().recorded.histogram.record(7'000'000'000);  // picoseconds
  report.contestants.back().recorded.worst_of_second[0] = 7'000'000'000;
  const ResultFile read = parse_result(to_json({report}, 0)).result;
  std::ostringstream text;
  std::ostringstream markdown;

  write_targets(text, read);
  write_targets_as_markdown(markdown, read);

  EXPECT_NE(text.str().find("7000 us"), std::string::npos) << text.str();
  const std::size_t limit = text.str().find(std::string("\n  ") + kLimit);
  ASSERT_NE(limit, std::string::npos) << text.str();
  EXPECT_NE(text.str().substr(limit + 1).find("100 us  99.02 us   10.0 ns\n"), std::string::npos) << text.str();
  EXPECT_NE(markdown.str().find(" | 11.0 ns / 10.0 ns | "), std::string::npos) << markdown.str();
  EXPECT_NE(markdown.str().find(" | 7000 us / 100 us | "), std::string::npos) << markdown.str();
}

TEST(Targets, AsMarkdownNameTheEnvironment) {
  std::ostringstream text;

  write_targets_as_markdown(text, result({10, 10, 10}, {11, 11, 11}));

  EXPECT_NE(text.str().find("kernel 6.1"), std::string::npos);
  EXPECT_NE(text.str().find("| free mutex, take + release |"), std::string::npos);
}

}  // namespace
}  // namespace rtss::bench
