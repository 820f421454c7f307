#include "bench/support/live_frame.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace rtss::bench {
namespace {

constexpr std::uint64_t kUs = 1'000'000;  // picoseconds

LiveTable table() {
  LiveTable made;
  made.title = "Hand-off of a mutex";
  made.run = 3;
  made.drawn_on = "CPU 0";
  made.rows.resize(2);
  made.rows[0].name = "bare futex";
  made.rows[1].name = "rtapi named mutex";
  for (std::uint64_t us = 1; us <= 100; ++us) made.rows[0].earlier.record(us * kUs);
  return made;
}

bool has_line(const std::vector<std::string>& lines, const std::string& beginning, const std::string& end) {
  return std::ranges::any_of(
      lines, [&](const std::string& line) { return line.starts_with(beginning) && line.ends_with(end); });
}

TEST(LiveFrame, FitsTerminalsOfEverySize) {
  const LiveTable shown = table();

  for (const std::size_t width : std::array<std::size_t, 6>{1, 2, 20, 40, 80, 200}) {
    for (const std::size_t height : std::array<std::size_t, 6>{0, 1, 5, 10, 24, 60}) {
      const std::vector<std::string> lines = live_frame(shown, width, height);

      EXPECT_LE(lines.size(), height);
      for (const std::string& line : lines) EXPECT_LE(line.size(), width) << line;
    }
  }
}

TEST(LiveFrame, ShowsTheMaximumOfEarlierRunsAndOfTheOneThatRuns) {
  LiveTable shown = table();
  shown.rows[0].now.record(7'000 * kUs);
  shown.rows[0].is_running = true;

  const std::vector<std::string> lines = live_frame(shown, 80, 24);

  EXPECT_TRUE(has_line(lines, ">* bare futex", " 7000.00"));
  EXPECT_TRUE(has_line(lines, "   rtapi named mutex", " -"));
}

TEST(LiveFrame, EverySampleIsInOneLineOfTheHistogram) {
  LiveTable shown = table();
  shown.rows[0].earlier.record(20'000'000 * kUs);  // above the histogram's range

  std::uint64_t samples = 0;
  for (const std::string& line : live_frame(shown, 80, 24)) {
    if (line.starts_with("from ") || line.starts_with("above "))
      samples += std::stoull(line.substr(line.find(" us") + 3));
  }

  EXPECT_EQ(samples, 101U);
}

TEST(LiveFrame, ShowsOursOnceThereAreSamplesUnlessTheUserChose) {
  LiveTable shown = table();
  EXPECT_EQ(shown.shown(), 0U);

  shown.rows[1].now.record(kUs);
  EXPECT_EQ(shown.shown(), 1U);

  shown.choose_next();
  EXPECT_EQ(shown.shown(), 0U);
}

TEST(LiveFrame, PictureHasTheSameFiguresAndNamesWhatIsNotMeasuredYet) {
  const ResultFile result = live_result(table());

  ASSERT_EQ(result.measurements.size(), 1U);
  const ResultContestant* const measured = result.measurements[0].find("bare futex");
  ASSERT_NE(measured, nullptr);
  EXPECT_EQ(measured->cycles, 100U);
  EXPECT_DOUBLE_EQ(measured->max, 100'000);
  EXPECT_EQ(result.measurements[0].find("rtapi named mutex")->missing, "not measured yet");
}

}  // namespace
}  // namespace rtss::bench
