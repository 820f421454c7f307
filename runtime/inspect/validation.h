// The parts of the validator. Truth is read once, without following a link; then each cache is compared with it, and
// each word with the states that layout.h allows it at rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "priority/level.h"
#include "runtime/inspect/segment_reader.h"
#include "runtime/segment/layout.h"

namespace rtss::runtime::inspect {

// Lines for the reader, at most kMost of them: a ruined segment has nothing new to say after that.
class Findings {
 public:
  __attribute__((format(printf, 2, 3))) void add(const char* format, ...);
  std::vector<std::string> take();

 private:
  static constexpr std::size_t kMost = 500;
  std::vector<std::string> lines_;
  std::size_t left_out_ = 0;
};

class Truth {
 public:
  explicit Truth(const SegmentView& segment);

  LinkedBlocks linked;
  std::vector<std::uint32_t> granted;  // by object: HELD and RETURNING blocks
  std::vector<std::uint32_t> handles;  // by object: entries that point at it
  std::vector<std::uint32_t> owned;    // by thread: mutexes whose word names it
  [[nodiscard]] std::uint32_t donations(std::uint32_t thread, priority::Key key) const {
    return donations_[static_cast<std::size_t>(thread) * priority::kKeyCount + key];
  }

 private:
  void count_blocks(const SegmentView& segment);
  void count_handles(const SegmentView& segment);
  void count_mutexes(const SegmentView& segment);
  std::vector<std::uint32_t> donations_;
};

// How findings name things: object 3 (mutex "M"), thread 2 (tid 11), process 0 (pid 10), block 1 of thread 2 (tid 11).
std::string object_text(const SegmentView& segment, std::uint32_t slot);
std::string thread_text(const SegmentView& segment, std::uint32_t slot);
std::string process_text(const SegmentView& segment, std::uint32_t slot);
std::string block_text(const SegmentView& segment, BlockRef ref);

// An internal lock is free at rest.
void check_lock(const platform::RobustLock& lock, const std::string& what, Findings& findings);

void check_header(const SegmentView& segment, Findings& findings);
void check_names(const SegmentView& segment, Findings& findings);
void check_handles(const SegmentView& segment, Findings& findings);
void check_free_lists(const SegmentView& segment, Findings& findings);
void check_processes(const SegmentView& segment, Findings& findings);
void check_threads(const SegmentView& segment, const Truth& truth, Findings& findings);
void check_objects(const SegmentView& segment, const Truth& truth, Findings& findings);
void check_queues(const SegmentView& segment, const Truth& truth, Findings& findings);

}  // namespace rtss::runtime::inspect
