// Where a result goes: files and standard output.
#pragma once

#include <string>

#include "bench/command_line.h"
#include "bench/support/output_file.h"

namespace rtss::bench {

// Opened before the measurement, saved while it runs and at its end.
class Outputs {
 public:
  explicit Outputs(const OutputOptions& options) : options_(options) {}

  // Empty: done. Otherwise what could not be opened or written.
  std::string open();
  std::string save(const std::string& json);            // every file that was asked for; says so, unless quiet
  std::string save_json_only(const std::string& json);  // while the measurement runs

  // Tables, unless they are not wanted, and the histograms that are.
  void print(const Reports& reports) const;
  [[nodiscard]] bool prints_tables() const { return !options_.quiet && !json_.is_standard_output(); }

 private:
  std::string save_all(const std::string& json);

  const OutputOptions& options_;
  OutputFile json_;
  OutputFile plot_;
  OutputFile page_;
  OutputFile hdr_;
};

}  // namespace rtss::bench
