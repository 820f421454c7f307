// The flight recorder of an object: the longest wait that ended there and the longest contended hold, with who took
// part and when.
//
// Of each the length is one word, raised by compare-and-swap, so it is right at any time. The story is written after
// it, without a lock. Its check covers the story, the length and the object's full generation: a story that is not yet
// written, or was written by two threads at once, or by a thread that died over it, or for the slot's last occupant,
// does not fit and is never told. The next longer wait replaces it.
//
// Lengths are of the namespace's counter (platform/counter.h), and so are hold_since_ns and ThreadRecord::granted_ns.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

namespace rtss::runtime {

inline constexpr std::size_t kThreadNameBytes = 16;  // as the kernel has them, with a NUL

struct ThreadNote {  // tid 0: no thread
  std::int32_t pid;
  std::int32_t tid;
  std::array<char, kThreadNameBytes> name;
};

enum class WaitEnd : std::uint8_t { kGranted, kAbandoned, kInVain };

struct WaitStory {           // times in nanoseconds of CLOCK_MONOTONIC
  std::uint64_t ended_ns;    // the waiter ran again
  std::uint64_t granted_ns;  // 0: in vain, or unknown because the granter died
  ThreadNote waiter;
  ThreadNote owner;      // of the mutex when the waiter queued
  ThreadNote granter;    // the dead owner where that was the reason; none: a helper thread, or unknown
  std::uint32_t served;  // grants to others while it was queued
  std::uint16_t depth;   // threads in front of it in the chain when it queued: 1, the owner ran
  std::uint8_t key;      // it was queued at
  WaitEnd end;
};

struct HoldStory {
  std::uint64_t ended_ns;  // the release, or when the last waiter gave up
  ThreadNote owner;
  std::uint64_t key;  // that it ran at in the end
};

template <typename Story>
using StoryWords = std::array<std::uint64_t, sizeof(Story) / sizeof(std::uint64_t)>;
static_assert(std::has_unique_object_representations_v<WaitStory> &&
              std::has_unique_object_representations_v<HoldStory>);

struct alignas(64) Recorder {
  std::atomic<std::uint64_t> hold_since_ns;  // of `holder`'s contended hold [O]
  std::atomic<std::uint32_t> holder;         // identity of the owner that others wait for [O]
  std::atomic<std::uint32_t> served;         // grants, wraps [O]
  std::atomic<std::uint64_t> wait_length;
  std::atomic<std::uint64_t> hold_length;
  std::atomic<std::uint64_t> wait_check;
  std::array<std::atomic<std::uint64_t>, 12> wait_story;
  std::atomic<std::uint64_t> hold_check;
  std::array<std::atomic<std::uint64_t>, 5> hold_story;
};
static_assert(sizeof(Recorder) == 192 && sizeof(WaitStory) == 96 && sizeof(HoldStory) == 40);

// A length: 16 bits of the object's generation above, 48 of nanoseconds below: up to 78 hours. So a thread that is late
// never raises that of the slot's next occupant.
inline constexpr int kLengthBits = 48;
inline constexpr std::uint64_t kGreatestLength = (std::uint64_t{1} << kLengthBits) - 1;
constexpr std::uint64_t make_length(std::uint32_t generation, std::uint64_t ns) {
  return (static_cast<std::uint64_t>(generation) << kLengthBits) | (ns < kGreatestLength ? ns : kGreatestLength);
}
constexpr std::uint64_t length_ns(std::uint64_t length) { return length & kGreatestLength; }

// True: it was raised, and the caller writes the story.
inline bool raise(std::atomic<std::uint64_t>& length, std::uint32_t generation, std::uint64_t ns) {
  const std::uint64_t wanted = make_length(generation, ns);
  std::uint64_t seen = length.load(std::memory_order_relaxed);
  while ((seen ^ wanted) >> kLengthBits == 0 && seen < wanted) {
    if (length.compare_exchange_weak(seen, wanted, std::memory_order_acq_rel, std::memory_order_relaxed)) return true;
  }
  return false;
}

// The length is 0 again, unless the slot has another occupant.
inline void lower_length(std::atomic<std::uint64_t>& length, std::uint32_t generation) {
  const std::uint64_t wanted = make_length(generation, 0);
  std::uint64_t seen = length.load(std::memory_order_relaxed);
  while ((seen ^ wanted) >> kLengthBits == 0 &&
         !length.compare_exchange_weak(seen, wanted, std::memory_order_acq_rel)) {
  }
}

template <std::size_t kWords>
constexpr std::uint64_t check_of(const std::array<std::uint64_t, kWords>& words, std::uint32_t generation,
                                 std::uint64_t length) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325 ^ generation;  // FNV-1a over words, high bits folded down
  for (const std::uint64_t word : words) hash = std::rotl((hash ^ word) * 0x100'0000'01b3, 29);
  return (hash ^ length) * 0x100'0000'01b3;
}

template <typename Story, std::size_t kWords>
void tell(std::array<std::atomic<std::uint64_t>, kWords>& place, std::atomic<std::uint64_t>& check, const Story& story,
          std::uint32_t generation, std::uint64_t ns) {
  const auto words = std::bit_cast<StoryWords<Story>>(story);
  for (std::size_t i = 0; i < kWords; ++i) place[i].store(words[i], std::memory_order_relaxed);
  check.store(check_of(words, generation, make_length(generation, ns)), std::memory_order_release);
}

// The story of a length that was read before; nothing when it does not fit.
template <typename Story, std::size_t kWords>
std::optional<Story> told(const std::array<std::atomic<std::uint64_t>, kWords>& place,
                          const std::atomic<std::uint64_t>& check, std::uint32_t generation, std::uint64_t length) {
  const std::uint64_t expected = check.load(std::memory_order_acquire);
  StoryWords<Story> words{};
  for (std::size_t i = 0; i < kWords; ++i) words[i] = place[i].load(std::memory_order_relaxed);
  if (check_of(words, generation, length) != expected) return std::nullopt;
  return std::bit_cast<Story>(words);
}

}  // namespace rtss::runtime
