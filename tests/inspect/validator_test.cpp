#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/inspect/inspect.h"
#include "tests/inspect/damage.h"

namespace rtss::test {

using namespace runtime;  // NOLINT(google-build-using-namespace)

TEST_P(Validator, Says) {
  Scene scene;

  GetParam().inflict(scene);

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::ElementsAreArray(GetParam().said));
}

namespace {

TEST(QuietNamespace, IsValid) {
  const Scene scene;

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
  EXPECT_TRUE(inspect::segment_is_valid(scene.image.view()));
}

TEST(DesertedNamespace, MayHoldItsDeadUntilSomebodyComes) {
  const Scene scene;
  for (const std::uint32_t slot : {scene.p10, scene.p30, scene.p20, scene.p50}) {
    scene.image.thread(slot).life.word() = platform::RobustLock::kOwnerDiedBit;
  }
  for (const std::uint32_t slot : {scene.a, scene.b}) {
    scene.image.process(slot).life.word() = platform::RobustLock::kOwnerDiedBit;
  }

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
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

TEST(SpinningWaiter, IsAWaiterLikeAnyOther) {
  const Scene scene;
  scene.image.thread(scene.p20).park |= kParkAwake;

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
  EXPECT_TRUE(inspect::View::over(scene.image.view()).thread(201)->blocked);

  scene.image.thread(scene.p10).park |= kParkAwake;

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()),
              testing::ElementsAre("thread 0 (tid 101): its park word 0x2000 is not a state"));
}

TEST(NamesPerKind, LetTwoKindsShareAName) {
  const Scene scene;
  scene.image.rename(scene.go, "M");
  SegmentView view = scene.image.view();
  view.names_per_kind = true;

  EXPECT_THAT(inspect::inconsistencies(view), testing::IsEmpty());
}

TEST(InheritanceOff, AllowsNoDonation) {
  const Scene scene;
  SegmentView view = scene.image.view();
  view.inheritance = Inheritance::kOff;

  EXPECT_THAT(inspect::inconsistencies(view),
              testing::ElementsAre("object 0 (mutex \"M\"): donates a level, but inheritance is off",
                                   "object 1 (mutex \"N\"): donates a level, but inheritance is off"));
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

  EXPECT_THAT(
      inspect::inconsistencies(scene.image.view()),
      testing::ElementsAre("object 7 (mutex \"Own\"): donates nothing to its owner, but its top waiter has level 60"));

  scene.image.clear_state(own, kOwnerMask);
  scene.image.thread(scene.p50).owned = 0;
  scene.image.own(own, p60);

  EXPECT_THAT(inspect::inconsistencies(scene.image.view()), testing::IsEmpty());
}

}  // namespace
}  // namespace rtss::test
