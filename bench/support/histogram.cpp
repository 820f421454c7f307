#include "bench/support/histogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace rtss::bench {

std::size_t Histogram::words_needed(const Range& range) {
  const unsigned shift = shift_of(range.highest, range.precision_bits);
  const std::size_t last =
      (static_cast<std::size_t>(shift) << range.precision_bits) + static_cast<std::size_t>(range.highest >> shift);
  return kSummaryWords + last + 1;
}

Histogram::Histogram(const Range& range) : range_(range), owned_(words_needed(range)), words_(owned_) { clear(); }

Histogram::Histogram(const Range& range, std::span<std::uint64_t> words) : range_(range), words_(words) {
  assert(words.size() >= words_needed(range));
}

Histogram::Histogram(const Histogram& other)
    : range_(other.range_), owned_(other.words_.begin(), other.words_.end()), words_(owned_) {}

void Histogram::clear() {
  std::ranges::fill(words_, 0);
  words_[kMin] = std::numeric_limits<std::uint64_t>::max();
}

void Histogram::merge(const Histogram& other) {
  assert(range_ == other.range_);
  const std::uint64_t min = std::min(words_[kMin], other.words_[kMin]);
  const std::uint64_t max = std::max(words_[kMax], other.words_[kMax]);
  for (std::size_t i = 0; i < words_needed(range_); ++i) words_[i] += other.words_[i];
  words_[kMin] = min;
  words_[kMax] = max;
}

double Histogram::mean() const {
  return count() == 0 ? 0.0 : static_cast<double>(words_[kSum]) / static_cast<double>(count());
}

std::uint64_t Histogram::percentile(double percent) const {
  if (count() == 0) return 0;
  const double exact_rank = std::ceil(static_cast<double>(count()) * percent / 100.0);
  const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(exact_rank), 1, count());
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i + kSummaryWords < words_needed(range_); ++i) {
    seen += words_[kSummaryWords + i];
    if (seen >= rank) return std::min(cell_at(i).highest, max());
  }
  return max();
}

std::vector<Histogram::Cell> Histogram::cells() const {
  std::vector<Cell> occupied;
  for (std::size_t i = 0; i + kSummaryWords < words_needed(range_); ++i) {
    if (words_[kSummaryWords + i] != 0) occupied.push_back(cell_at(i));
  }
  return occupied;
}

bool Histogram::is_consistent() const {
  const auto cells = words_.subspan(kSummaryWords, words_needed(range_) - kSummaryWords);
  const std::uint64_t in_cells = std::accumulate(cells.begin(), cells.end(), std::uint64_t{0});
  if (in_cells + overflow() != count()) return false;
  if (count() == 0) return max() == 0;
  return static_cast<double>(min()) <= mean() && mean() <= static_cast<double>(max()) &&
         (overflow() == 0) == (max() <= range_.highest);
}

Histogram::Cell Histogram::cell_at(std::size_t index) const {
  const std::uint64_t count = words_[kSummaryWords + index];
  const std::size_t first_shifted = std::size_t{2} << range_.precision_bits;
  if (index < first_shifted) return {index, index, count};
  const auto shift = static_cast<unsigned>(index >> range_.precision_bits) - 1;
  const std::uint64_t lead = index - (static_cast<std::size_t>(shift) << range_.precision_bits);
  return {lead << shift, ((lead + 1) << shift) - 1, count};
}

}  // namespace rtss::bench
