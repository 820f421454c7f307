#include "bench/support/page.h"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/support/page_script.h"
#include "bench/support/styles.h"

namespace rtss::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kStyle =
    "body{font-family:sans-serif;max-width:1200px;margin:2em auto;padding:0 1em}figure{margin:0;padding:.5em}"
    "figure:focus{outline:3px solid #0072B2}svg{width:100%;height:auto;touch-action:none}"
    "table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}"
    "td:first-child,th:first-child{text-align:left}output{font-family:monospace}";

std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) html += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return html;
}

std::string microseconds(double ns) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(3) << ns / 1000;
  return text.str();
}

// What the charts show at first, ns: one sample in a thousand lies beyond it at most, of the worst contestant.
double edge_of(const ResultMeasurement& measurement) {
  double edge = 1;
  for (const ResultContestant& contestant : measurement.contestants) {
    if (contestant.missing.empty()) edge = std::max(edge, contestant.percentiles.at("99.9"));
  }
  return edge * 1.1;
}

Json charts_of(const ResultFile& result) {
  const std::map<std::string, Style> styles = styles_of(result);
  Json charts = Json::array();
  for (const ResultMeasurement& measurement : result.measurements) {
    Json contestants = Json::array();
    for (const ResultContestant& contestant : measurement.contestants) {
      if (!contestant.missing.empty()) continue;
      const Style& style = styles.at(contestant.name);
      Json cells = Json::array();
      for (const auto& [ns, count] : contestant.histogram) cells.push_back({ns, count});
      contestants.push_back({{"name", contestant.name},
                             {"colour", style.colour},
                             {"dash", style.dash},
                             {"max", contestant.max},
                             {"cells", std::move(cells)}});
    }
    charts.push_back({{"edge", edge_of(measurement)}, {"contestants", std::move(contestants)}});
  }
  return charts;
}

void write_table(std::ostream& out, const ResultMeasurement& measurement, const std::map<std::string, Style>& styles) {
  out << "<table><tr><th>us</th><th>max</th><th>p50</th><th>p99</th><th>p99.9</th><th>p99.999</th><th>samples</th></"
         "tr>\n";
  for (const ResultContestant& contestant : measurement.contestants) {
    out << "<tr><td><span style=\"color:" << styles.at(contestant.name).colour << "\">&#9632;</span> "
        << escaped(contestant.name) << "</td>";
    if (!contestant.missing.empty()) {
      out << "<td colspan=6>not measured: " << escaped(contestant.missing) << "</td></tr>\n";
      continue;
    }
    out << "<td>" << microseconds(contestant.max) << "</td>";
    for (const char* const percentile : {"50", "99", "99.9", "99.999"}) {
      out << "<td>" << microseconds(contestant.percentiles.at(percentile)) << "</td>";
    }
    out << "<td>" << contestant.cycles << "</td></tr>\n";
  }
  out << "</table>\n";
}

// In a script element only "</" would end it early.
std::string as_script(const Json& json) {
  std::string text = json.dump();
  for (std::size_t at = text.find("</"); at != std::string::npos; at = text.find("</", at + 3))
    text.insert(at + 1, "\\");
  return text;
}

}  // namespace

std::string to_page(const ResultFile& result) {
  const std::map<std::string, Style> styles = styles_of(result);
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>rtss-bench</title>\n<style>" << kStyle
      << "</style></head><body>\n<h1>" << escaped(result.command_line) << "</h1>\n<p>" << escaped(result.start_time)
      << ". In a chart: wheel or + and - zoom, drag or Shift with an arrow moves, arrows read, 0 shows all.</p>\n";
  for (std::size_t i = 0; i < result.measurements.size(); ++i) {
    const ResultMeasurement& measurement = result.measurements[i];
    out << "<h2>" << escaped(measurement.title) << "</h2>\n";
    for (const std::string& condition : measurement.conditions) out << "<p>" << escaped(condition) << "</p>\n";
    out << "<figure tabindex=\"0\" data-table=\"" << i << "\" aria-label=\"" << escaped(measurement.title)
        << ": histogram\"><svg viewBox=\"0 0 1100 320\" aria-hidden=\"true\"></svg>"
           "<figcaption><output aria-live=\"polite\"></output></figcaption></figure>\n";
    write_table(out, measurement, styles);
  }
  out << "<h2>Environment</h2><table>\n";
  for (const auto& [name, value] : result.environment) {
    out << "<tr><td>" << escaped(name) << "</td><td>" << escaped(value) << "</td></tr>\n";
  }
  out << "</table>\n<script type=\"application/json\" id=\"result\">" << as_script(charts_of(result))
      << "</script>\n<script>" << kPageScript << "</script>\n</body></html>\n";
  return out.str();
}

}  // namespace rtss::bench
