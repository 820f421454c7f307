#include "bench/support/samples.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>
#include <vector>

namespace rtss::bench {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000'000;

TEST(Samples, KeepTheWorstOfEachSecondAndWhenTheMaximumWas) {
  const Clock clock;
  const Samples samples(clock);
  Recorder recorder(samples, clock);
  const std::uint64_t start = clock.stamp();

  recorder.record(300, start + clock.ticks(kSecond / 10));
  recorder.record(100, start + clock.ticks(kSecond / 5));
  recorder.record(900, start + clock.ticks(5 * kSecond / 2));
  recorder.record(200, start + clock.ticks(13 * kSecond / 5));
  recorder.record(700, start + clock.ticks(9 * kSecond / 2));

  const Recorded recorded = samples.recorded(clock);
  std::vector<std::uint64_t> worst;
  for (const auto& [second, value] : recorded.worst_of_second) worst.push_back(value);
  EXPECT_EQ(worst, (std::vector<std::uint64_t>{300, 900, 700}));
  EXPECT_EQ(recorded.histogram.count(), 5U);
  EXPECT_NEAR(recorded.max_at - clock.seconds_at(start), 2.5, 0.001);
  EXPECT_FALSE(recorded.broken);
}

TEST(Samples, CountWhatComesAfterTheirLastSecondToIt) {
  const Clock clock;
  const Samples samples(clock, Samples::kNeverBreak, 2);
  Recorder recorder(samples, clock);

  recorder.record(5, clock.stamp() + clock.ticks(100 * kSecond));

  const Recorded recorded = samples.recorded(clock);
  ASSERT_EQ(recorded.worst_of_second.size(), 1U);
  EXPECT_EQ(recorded.worst_of_second.begin()->second, 5U);
}

TEST(Samples, OfTwoRecordersMergeIntoOne) {
  const Clock clock;
  const Samples one(clock);
  const Samples two(clock);
  Recorder(one, clock).record(10, clock.stamp());
  Recorder(two, clock).record(30, clock.stamp());

  Recorded both = one.recorded(clock);
  both.merge(two.recorded(clock));

  EXPECT_EQ(both.histogram.count(), 2U);
  ASSERT_EQ(both.worst_of_second.size(), 1U);
  EXPECT_EQ(both.worst_of_second.begin()->second, 30U);
}

TEST(Samples, AValueAboveTheBreakEndsTheProcessThatRecordsIt) {
  const Clock clock;
  const Samples samples(clock, 1000);

  Child child(std::chrono::seconds(10), [&] {
    Recorder recorder(samples, clock);
    recorder.record(1000, clock.stamp());
    recorder.record(1001, clock.stamp());
    recorder.record(1, clock.stamp());
  });
  const int thread = child.pid();

  EXPECT_NE(child.wait(), "");
  const Recorded recorded = samples.recorded(clock);
  ASSERT_TRUE(recorded.broken);
  EXPECT_EQ(recorded.broken->picoseconds, 1001U);
  EXPECT_EQ(recorded.broken->thread, thread);
  EXPECT_EQ(recorded.histogram.count(), 2U) << "the value itself counts, none comes after it";
}

TEST(Samples, AreWholeUnlessThereAreNoneOrTheLastOneIsHalfRecorded) {
  const Clock clock;
  const Samples samples(clock);
  EXPECT_FALSE(samples.recorded(clock).is_whole());

  Recorder(samples, clock).record(10, clock.stamp());
  Recorded recorded = samples.recorded(clock);
  EXPECT_TRUE(recorded.is_whole());
  EXPECT_EQ(samples.histogram().max(), 10U);

  recorded.worst_of_second.begin()->second = 20;  // written first
  EXPECT_FALSE(recorded.is_whole());
}

TEST(Children, TellTheTimeWhileTheyAreWaitedFor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  Child child(std::chrono::seconds(60), [&] {
    char byte = 0;
    _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
  });

  EXPECT_EQ(child.wait([&] { EXPECT_EQ(write(ends[1], "", 1), 1); }), "");
}

TEST(Children, HaveATimeLimitUnlessItIsNone) {
  const auto has_alarm = [] { _exit(alarm(0) > 0 ? 1 : 0); };

  EXPECT_NE(Child(std::chrono::seconds(10), has_alarm).wait(), "");
  EXPECT_EQ(Child(kNoLimit, has_alarm).wait(), "");
}

TEST(Children, WhenOneFailsTheOthersAreKilled) {
  std::vector<std::unique_ptr<Child>> children;
  children.push_back(std::make_unique<Child>(std::chrono::seconds(60), [] {
    while (true) pause();
  }));
  children.push_back(std::make_unique<Child>(std::chrono::seconds(60), [] { _exit(5); }));

  EXPECT_NE(wait_for_all(children).find("exit code 5"), std::string::npos);
}

}  // namespace
}  // namespace rtss::bench
