// Whatever the bytes are: the view and the validator come to an end and stay inside the segment (AddressSanitizer
// watches the edges; the test's time-out watches the end).
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "runtime/inspect/inspect.h"
#include "tests/inspect/scene.h"

namespace rtss::test {
namespace {

using inspect_view = runtime::inspect::View;

std::size_t look_at_everything(const runtime::SegmentView& segment) {
  const inspect_view view = inspect_view::over(segment);
  std::size_t seen = view.objects().size() + view.threads().size() + view.processes().size();
  seen += view.info().unswept;
  seen += view.object("M").has_value() ? 1U : 0U;
  seen += view.thread(101).has_value() ? 1U : 0U;
  for (const std::string& line : runtime::inspect::inconsistencies(segment)) seen += line.size();
  return seen;
}

unsigned seed() {
  const char* const text = std::getenv("RTSS_TEST_SEED");
  return text == nullptr ? 1 : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

// Links and counts are where damage leads furthest: half of the mutations write a small number or a likely slot there.
void mutate(std::mt19937& random, std::byte* bytes, std::size_t size) {
  const auto below = [&random](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  if (below(2) == 0) {
    bytes[below(size)] ^= static_cast<std::byte>(1 + below(255));
    return;
  }
  const std::uint32_t values[] = {0xffff'ffffU, 0x7fff'ffffU, static_cast<std::uint32_t>(below(8)),
                                  static_cast<std::uint32_t>(below(512))};
  const std::uint32_t value = values[below(std::size(values))];
  std::memcpy(bytes + below(size / 4) * 4, &value, sizeof value);
}

TEST(RandomDamage, NeitherCrashesNorHangsTheView) {
  constexpr int kRounds = 100'000;
  const Scene scene;
  const std::vector<std::byte> sound(scene.image.bytes(), scene.image.bytes() + scene.image.size());
  std::mt19937 random(seed());
  std::size_t seen = 0;

  for (int round = 0; round < kRounds; ++round) {
    // Damage piles up for a while; then the next round starts from a sound segment.
    if (round % 50 == 0) std::memcpy(scene.image.bytes(), sound.data(), sound.size());
    mutate(random, scene.image.bytes(), scene.image.size());
    seen += look_at_everything(scene.image.view());
  }

  EXPECT_GT(seen, 0U);
}

TEST(RandomNoise, NeitherCrashesNorHangsTheView) {
  const Scene scene;
  std::mt19937 random(seed());

  for (int round = 0; round < 200; ++round) {
    for (std::size_t i = 0; i < scene.image.size(); ++i) scene.image.bytes()[i] = static_cast<std::byte>(random());
    EXPECT_GT(look_at_everything(scene.image.view()), 0U);
  }
}

#ifndef __SANITIZE_THREAD__  // the names are plain bytes, and meant to be torn
TEST(ConcurrentDamage, NeitherCrashesNorHangsTheView) {
  const Scene scene;
  const std::vector<std::byte> sound(scene.image.bytes(), scene.image.bytes() + scene.image.size());
  std::atomic<bool> done = false;
  std::thread writer([&scene, &sound, &done] {
    std::mt19937 random(seed());
    auto* const words = reinterpret_cast<std::uint32_t*>(scene.image.bytes());
    const std::size_t count = scene.image.size() / sizeof *words;
    while (!done.load(std::memory_order_relaxed)) {
      const std::size_t at = random() % count;
      std::uint32_t value = random() % 512;
      if (random() % 4 != 0) std::memcpy(&value, sound.data() + at * sizeof value, sizeof value);
      std::atomic_ref(words[at]).store(value, std::memory_order_relaxed);
    }
  });
  std::size_t seen = 0;

  for (int round = 0; round < 3000; ++round) seen += look_at_everything(scene.image.view());
  done = true;
  writer.join();

  EXPECT_GT(seen, 0U);
}
#endif

}  // namespace
}  // namespace rtss::test
