// Damages a live segment: every byte but those of its pthread_mutex_t's, which no program can check.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "runtime/segment/layout.h"

namespace rtss::test {

class Flipper {
 public:
  Flipper(const runtime::SegmentView& view, std::uint32_t seed);

  // One change of one to eight bytes. Half of all changes are taken back a little later, so that the segment is
  // mostly sound and its users get deep into it.
  void mutate();

  [[nodiscard]] std::string describe_last() const;  // the latest changes

 private:
  struct Change {
    std::size_t offset;
    std::size_t bytes;
    std::uint64_t flipped;  // exclusive or
    bool to_revert;
  };

  void forbid(const void* start, std::size_t bytes);
  [[nodiscard]] bool is_forbidden(std::size_t offset, std::size_t bytes) const;
  std::size_t pick(std::size_t below) { return static_cast<std::size_t>(random_() % below); }
  std::size_t pick_offset();
  std::size_t within(const void* start, std::size_t element, std::size_t count);
  std::uint64_t pick_flip(std::size_t offset, std::size_t bytes);
  void apply(const Change& change);

  const runtime::SegmentView& view_;
  std::byte* base_;
  std::size_t size_;
  std::vector<bool> forbidden_;
  std::mt19937_64 random_;
  std::deque<Change> last_;
  std::deque<Change> to_revert_;
};

}  // namespace rtss::test
