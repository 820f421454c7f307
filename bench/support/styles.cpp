#include "bench/support/styles.h"

#include <array>
#include <set>

namespace rtss::bench {
namespace {

constexpr const char* kOurColour = "#D55E00";
constexpr std::array kPeerColours = {"#000000", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F"};

bool is_ours(const std::string& name) { return name.starts_with("rtapi"); }

Style style(bool ours, std::size_t number) {
  if (ours) return {kOurColour, number + 1, true};
  return {kPeerColours[number % kPeerColours.size()], number / kPeerColours.size() + 1, false};
}

}  // namespace

std::map<std::string, Style> styles_of(const ResultFile& result) {
  std::map<std::string, std::set<std::string>> rivals;  // those in the same panel, of the same origin
  std::vector<std::string> in_order;
  for (const ResultMeasurement& measurement : result.measurements) {
    for (const ResultContestant& one : measurement.contestants) {
      if (rivals.try_emplace(one.name).second) in_order.push_back(one.name);
      for (const ResultContestant& other : measurement.contestants) {
        if (other.name != one.name && is_ours(other.name) == is_ours(one.name)) rivals[one.name].insert(other.name);
      }
    }
  }
  std::map<std::string, std::size_t> numbers;
  std::map<std::string, Style> styles;
  for (const std::string& name : in_order) {
    std::set<std::size_t> taken;
    for (const std::string& rival : rivals[name]) {
      if (const auto known = numbers.find(rival); known != numbers.end()) taken.insert(known->second);
    }
    std::size_t number = 0;
    while (taken.contains(number)) ++number;
    numbers[name] = number;
    styles[name] = style(is_ours(name), number);
  }
  return styles;
}

}  // namespace rtss::bench
