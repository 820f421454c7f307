#include "bench/support/hdr_log.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <map>
#include <vector>

namespace rtss::bench {
namespace {

using Bytes = std::vector<std::uint8_t>;

// Three significant digits: 2048 counts of one unit each, then halves of 1024 whose unit doubles.
constexpr unsigned kSubBucketBits = 11;
constexpr std::uint64_t kHalf = std::uint64_t{1} << (kSubBucketBits - 1);
constexpr std::uint32_t kV2Cookie = 0x1c849303;
constexpr std::uint32_t kV2CompressedCookie = 0x1c849304;
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kLeastHighest = 2 * kHalf - 1;

std::size_t index_of(std::uint64_t value) {
  const auto bucket = static_cast<unsigned>(std::bit_width(value | (2 * kHalf - 1))) - kSubBucketBits;
  return static_cast<std::size_t>(bucket * kHalf + (value >> bucket));
}

void append(Bytes& bytes, std::uint64_t value, unsigned size) {
  while (size-- > 0) bytes.push_back(static_cast<std::uint8_t>(value >> (8 * size)));
}

// ZigZag, then LEB128 of at most nine bytes, the ninth whole.
void append_signed(Bytes& bytes, std::int64_t value) {
  std::uint64_t rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (int i = 0; i < 8; ++i, rest >>= 7) {
    if (rest < 0x80) return bytes.push_back(static_cast<std::uint8_t>(rest));
    bytes.push_back(static_cast<std::uint8_t>(rest | 0x80));
  }
  bytes.push_back(static_cast<std::uint8_t>(rest));
}

// A zero count is written as the negated length of its run.
Bytes counts_of(const ResultContestant& contestant) {
  std::map<std::size_t, std::uint64_t> counts;
  for (const auto& [ns, count] : contestant.histogram) counts[index_of(ns)] += count;
  if (contestant.overflow > 0) counts[index_of(static_cast<std::uint64_t>(contestant.max))] += contestant.overflow;
  Bytes bytes;
  std::size_t next = 0;
  for (const auto& [index, count] : counts) {
    if (index > next) append_signed(bytes, -static_cast<std::int64_t>(index - next));
    append_signed(bytes, static_cast<std::int64_t>(count));
    next = index + 1;
  }
  return bytes;
}

Bytes encoded(const ResultContestant& contestant) {
  const Bytes counts = counts_of(contestant);
  Bytes bytes;
  append(bytes, kV2Cookie, 4);
  append(bytes, counts.size(), 4);
  append(bytes, 0, 4);  // normalizing index offset
  append(bytes, kDigits, 4);
  append(bytes, 1, 8);  // lowest discernible value
  append(bytes, std::max(static_cast<std::uint64_t>(contestant.max) + 1, kLeastHighest), 8);
  append(bytes, std::bit_cast<std::uint64_t>(1.0), 8);  // integer to double conversion ratio
  bytes.insert(bytes.end(), counts.begin(), counts.end());
  return bytes;
}

// A zlib stream of stored blocks: runs of zeros are gone already, and no library is needed.
Bytes as_zlib(const Bytes& content) {
  constexpr std::size_t kLargestBlock = 65535;
  constexpr std::uint32_t kAdlerBase = 65521;
  Bytes bytes = {0x78, 0x01};
  for (std::size_t at = 0; at < content.size(); at += kLargestBlock) {
    const std::size_t size = std::min(kLargestBlock, content.size() - at);
    bytes.push_back(at + size == content.size() ? 1 : 0);
    for (const std::size_t field : {size, ~size}) {
      bytes.push_back(static_cast<std::uint8_t>(field));
      bytes.push_back(static_cast<std::uint8_t>(field >> 8));
    }
    bytes.insert(bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(at),
                 content.begin() + static_cast<std::ptrdiff_t>(at + size));
  }
  std::uint32_t low = 1;
  std::uint32_t high = 0;
  for (const std::uint8_t byte : content) {
    low = (low + byte) % kAdlerBase;
    high = (high + low) % kAdlerBase;
  }
  append(bytes, (std::uint64_t{high} << 16) | low, 4);
  return bytes;
}

std::string as_base64(const Bytes& bytes) {
  constexpr const char* kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = (group << 8) | (i + k < bytes.size() ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += i + k <= bytes.size() ? kAlphabet[(group >> (18 - 6 * k)) & 63] : '=';
  }
  return text;
}

std::string compressed(const ResultContestant& contestant) {
  const Bytes content = as_zlib(encoded(contestant));
  Bytes bytes;
  append(bytes, kV2CompressedCookie, 4);
  append(bytes, content.size(), 4);
  bytes.insert(bytes.end(), content.begin(), content.end());
  return as_base64(bytes);
}

std::string as_tag(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == ',' || c == ' ' || c == '"' || c == '='; }, '_');
  return text;
}

}  // namespace

std::string to_hdr_log(const ResultFile& result) {
  std::string log = "#[Histogram log format version 1.3]\n#[" + result.command_line + "]\n#[" + result.start_time +
                    "; values in nanoseconds, maxima too]\n"
                    "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n";
  for (const ResultMeasurement& measurement : result.measurements) {
    for (const ResultContestant& contestant : measurement.contestants) {
      if (!contestant.missing.empty()) continue;
      char figures[64];
      std::snprintf(figures, sizeof figures, ",0.000,%.3f,%.3f,", measurement.seconds, contestant.max);
      log += "Tag=" + as_tag(measurement.title + ":_" + contestant.name) + figures + compressed(contestant) + '\n';
    }
  }
  return log;
}

}  // namespace rtss::bench
