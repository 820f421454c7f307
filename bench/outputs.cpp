#include "bench/outputs.h"

#include <iostream>

#include "bench/support/environment.h"
#include "bench/support/hdr_log.h"
#include "bench/support/page.h"
#include "bench/support/plot.h"
#include "bench/support/result_file.h"

namespace rtss::bench {

std::string Outputs::open() {
  if (!options_.plot_file.empty() && !is_installed("gnuplot")) return kNoGnuplot;
  std::string failure = json_.open(options_.json_file);
  if (failure.empty()) failure = plot_.open(options_.plot_file);
  if (failure.empty()) failure = page_.open(options_.page_file);
  if (failure.empty()) failure = hdr_.open(options_.hdr_file);
  return failure;
}

std::string Outputs::save(const std::string& json) {
  std::string failure = save_all(json);
  if (!failure.empty() || options_.quiet) return failure;
  for (const std::string& path : {options_.json_file, options_.plot_file, options_.page_file, options_.hdr_file}) {
    if (!path.empty() && path != "-") std::cerr << "rtss-bench: wrote " << path << '\n';
  }
  return failure;
}

// Files hold what the tables show: the result goes through its JSON form.
std::string Outputs::save_all(const std::string& json) {
  std::string failure = json_.save(json);
  if (!plot_.is_wanted() && !page_.is_wanted() && !hdr_.is_wanted()) return failure;
  const ResultFile result = parse_result(json).result;
  if (failure.empty() && page_.is_wanted()) failure = page_.save(to_page(result));
  if (failure.empty() && hdr_.is_wanted()) failure = hdr_.save(to_hdr_log(result));
  if (!failure.empty() || !plot_.is_wanted()) return failure;
  const Drawn drawn = draw(result, options_.plot_file);
  return drawn.failure.empty() ? plot_.save(drawn.content) : drawn.failure;
}

std::string Outputs::save_json_only(const std::string& json) {
  return json_.is_standard_output() ? "" : json_.save(json);
}

void Outputs::print(const Reports& reports) const {
  for (const Report& report : reports) {
    if (prints_tables()) write_table(std::cout, report, options_.text);
    if (options_.text.histogram && !json_.is_standard_output()) write_histogram(std::cout, report, options_.text);
    if (prints_tables()) std::cout << '\n';
  }
  if (prints_tables() && !reports.empty()) write_environment(std::cout, reports.front(), options_.text);
}

}  // namespace rtss::bench
