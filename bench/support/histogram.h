// Log-linear histogram of latencies: every value is kept to a fixed relative precision, from the smallest unit to
// the highest value asked for. Its memory is allocated (or handed in) beforehand; recording is O(1), allocates
// nothing and drops nothing: what lies above the highest value is counted as overflow, and the maximum stays exact.
//
// Layout   with B precision bits a value v below 2^B has its own cell; a larger one is shifted right until B+1 bits
//          are left, so a cell is never wider than 2^-B of its value.
// Storage  kSummaryWords of running totals, then the cells: plain words, so that a histogram can live in memory
//          shared with the process that records into it. One writer at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rtss::bench {

class Histogram {
 public:
  struct Range {
    std::uint64_t highest = 10'000'000'000'000;  // ten seconds in picoseconds
    unsigned precision_bits = 10;                // 0.1 %
    friend bool operator==(const Range&, const Range&) = default;
  };
  struct Cell {
    std::uint64_t lowest;
    std::uint64_t highest;
    std::uint64_t count;
  };

  static std::size_t words_needed(const Range& range);

  explicit Histogram(const Range& range);
  // Uses the given words, which must outlive it and number words_needed(range). Contents are kept: see clear().
  Histogram(const Range& range, std::span<std::uint64_t> words);
  Histogram(const Histogram& other);
  Histogram(Histogram&& other) noexcept = default;
  Histogram& operator=(const Histogram&) = delete;
  Histogram& operator=(Histogram&& other) noexcept = default;
  ~Histogram() = default;

  void clear();
  void merge(const Histogram& other);  // same range

  void record(std::uint64_t value) noexcept {
    words_[kCount] += 1;
    words_[kSum] += value;
    if (value < words_[kMin]) words_[kMin] = value;
    if (value > words_[kMax]) words_[kMax] = value;
    if (value > range_.highest) {
      words_[kOverflow] += 1;
    } else {
      words_[kSummaryWords + cell_index(value)] += 1;
    }
  }

  [[nodiscard]] std::uint64_t count() const { return words_[kCount]; }
  [[nodiscard]] std::uint64_t overflow() const { return words_[kOverflow]; }
  [[nodiscard]] std::uint64_t min() const { return count() == 0 ? 0 : words_[kMin]; }
  [[nodiscard]] std::uint64_t max() const { return words_[kMax]; }
  [[nodiscard]] double mean() const;
  // The value that at least `percent` of the recorded values do not exceed, rounded up to the end of its cell but
  // never above the maximum. 0 when nothing was recorded.
  [[nodiscard]] std::uint64_t percentile(double percent) const;
  [[nodiscard]] std::vector<Cell> cells() const;  // the occupied ones, in order
  // Totals, order of min, mean and max, and the sum over all cells agree.
  [[nodiscard]] bool is_consistent() const;

 private:
  enum Summary : std::size_t { kCount, kSum, kMin, kMax, kOverflow, kSummaryWords };

  [[nodiscard]] std::size_t cell_index(std::uint64_t value) const noexcept {
    const unsigned shift = shift_of(value, range_.precision_bits);
    return (static_cast<std::size_t>(shift) << range_.precision_bits) + static_cast<std::size_t>(value >> shift);
  }
  static unsigned shift_of(std::uint64_t value, unsigned precision_bits) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(value));
    return width > precision_bits + 1 ? width - precision_bits - 1 : 0;
  }
  [[nodiscard]] Cell cell_at(std::size_t index) const;

  Range range_;
  std::vector<std::uint64_t> owned_;
  std::span<std::uint64_t> words_;
};

}  // namespace rtss::bench
