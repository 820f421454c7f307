// How contestants are told apart in a picture.
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "bench/support/result_file.h"

namespace rtss::bench {

struct Style {
  const char* colour;  // told apart by colour-blind readers, too
  std::size_t dash;    // 1: solid
  bool is_ours;
};

// One style for each contestant, the same in all panels; no two contestants of a panel share one. The library's own
// have one colour, and differ by their dashes.
std::map<std::string, Style> styles_of(const ResultFile& result);

}  // namespace rtss::bench
