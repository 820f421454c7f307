#include "bench/support/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/support/report_json.h"
#include "bench/support/report_text.h"

namespace rtss::bench {
namespace {

ContestantReport contestant(const std::string& name, std::uint64_t microseconds) {
  ContestantReport made;
  made.name = name;
  for (std::uint64_t i = 1; i <= 100; ++i) made.recorded.histogram.record(microseconds * 1'000'000 + i);
  made.recorded.worst_of_second[0] = made.recorded.histogram.max();
  made.medians_ns.assign(5, static_cast<double>(microseconds) * 1000);
  return made;
}

Report two_contestants() {
  Report report;
  report.title = "Something";
  report.object = "mutex";
  report.contestants.push_back(contestant("limit", 2));
  report.contestants.push_back(contestant("rtapi mutex", 3));
  return report;
}

TEST(Report, FindsNothingWrongWithASoundResult) { EXPECT_TRUE(contradictions(two_contestants()).empty()); }

TEST(Report, RefusesAContestantThatRecordedNothing) {
  Report report = two_contestants();
  report.contestants.emplace_back().name = "idle";

  EXPECT_FALSE(contradictions(report).empty());
}

TEST(Report, RefusesASeriesThatDoesNotContainTheMaximum) {
  Report report = two_contestants();
  report.contestants[1].recorded.worst_of_second[0] = 1;

  EXPECT_FALSE(contradictions(report).empty());
}

TEST(Report, RatioIsTakenAgainstTheFirstContestant) {
  const Report report = two_contestants();

  EXPECT_DOUBLE_EQ(ratio_to_limit(report, report.contestants[1]).value, 1.5);
}

TEST(Report, WorstLooksOnlyAtTheContestantsAskedFor) {
  EXPECT_NEAR(worst_us(two_contestants(), "rtapi"), 3.0, 0.01);
  EXPECT_NEAR(worst_us(two_contestants(), "limit"), 2.0, 0.01);
}

TEST(Report, HasFailedWhereSomethingOfTheLibrarysOwnDidAndTheConditionsFit) {
  Report report = two_contestants();
  report.contestants[0].failure = "not installed";
  EXPECT_FALSE(has_failed(report));

  report.contestants[1].failure = "not a hand-off";
  EXPECT_TRUE(has_failed(report));

  report.contestants[1].unfit = true;
  EXPECT_FALSE(has_failed(report));
}

TEST(Report, JsonAddsUpToTheNumberOfCycles) {
  const auto json = nlohmann::json::parse(to_json({two_contestants()}, 0));

  const auto& first = json.at("thread").at("0");
  std::uint64_t total = 0;
  for (const auto& [value, count] : first.at("histogram").items()) total += count.get<std::uint64_t>();
  EXPECT_EQ(first.at("cycles").get<std::uint64_t>(), 100U);
  EXPECT_EQ(total, 100U);
  EXPECT_EQ(json.at("unit"), "ns");
  EXPECT_TRUE(json.at("sysinfo").contains("realtime"));
}

TEST(Report, TextShowsTheWorstOfEachSecondOnRequest) {
  Report report = two_contestants();
  report.contestants[1].recorded.worst_of_second[7] = 2'500'000;
  std::ostringstream text;

  write_table(text, report, {.nanoseconds = true, .series = true});

  EXPECT_NE(text.str().find("     7\t0.0\t2500.0"), std::string::npos) << text.str();
}

TEST(Report, TextNamesAMissingContestantAsMissing) {
  Report report = two_contestants();
  report.contestants[1].failure = "not installed";
  std::ostringstream text;

  write_table(text, report, {});

  EXPECT_NE(text.str().find("not measured: not installed"), std::string::npos);
}

}  // namespace
}  // namespace rtss::bench
