// What --live shows, as lines of text for a terminal of some size.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "bench/support/histogram.h"
#include "bench/support/result_file.h"

namespace rtss::bench {

struct LiveRow {
  std::string name;
  Histogram earlier{Histogram::Range{}};  // of the runs that are over
  Histogram now{Histogram::Range{}};      // of the one that runs
  bool is_running = false;

  [[nodiscard]] Histogram all() const;
};

// One table while it is measured.
struct LiveTable {
  std::string title;
  std::string conditions;
  int run = 0;           // from 1 on
  double seconds = 0;    // since the program's start
  std::string drawn_on;  // where the picture itself takes its processor time
  std::vector<LiveRow> rows;
  std::optional<std::size_t> chosen = {};  // whose histogram is shown, if the user has said

  // Otherwise the library's own, once there are samples of it; the one that runs until then.
  [[nodiscard]] std::size_t shown() const;
  void choose_next();
};

// Lines of at most `width` columns, at most `height` of them.
std::vector<std::string> live_frame(const LiveTable& table, std::size_t width, std::size_t height);

// The table as far as it is, for a picture.
ResultFile live_result(const LiveTable& table);

}  // namespace rtss::bench
