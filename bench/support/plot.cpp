#include "bench/support/plot.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>

namespace rtss::bench {
namespace {

constexpr std::size_t kBins = 300;
constexpr int kWidth = 1200;
constexpr int kPanelHeight = 420;
constexpr double kNsPerUs = 1000;
constexpr std::array kColours = {"#000000", "#D55E00", "#0072B2", "#009E73",
                                 "#CC79A7", "#E69F00", "#56B4E9", "#999999"};

// Removed with what is in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = std::filesystem::temp_directory_path() / "rtss-bench-XXXXXX";
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] bool exists() const { return !path_.empty(); }
  [[nodiscard]] std::string file(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::string ending(const std::string& path) { return std::filesystem::path(path).extension(); }

std::vector<const ResultContestant*> measured(const ResultMeasurement& measurement) {
  std::vector<const ResultContestant*> found;
  for (const ResultContestant& contestant : measurement.contestants) {
    if (contestant.missing.empty() && contestant.cycles > 0) found.push_back(&contestant);
  }
  return found;
}

// The right edge, ns: one sample in a thousand lies beyond it at most, of the worst contestant.
double right_edge(const std::vector<const ResultContestant*>& contestants) {
  double edge = 1;
  for (const ResultContestant* const contestant : contestants) {
    edge = std::max({edge, contestant->percentiles.at("99.9"), 2 * contestant->percentiles.at("50")});
  }
  return edge * 1.05;
}

struct Bins {
  std::array<std::uint64_t, kBins> counts{};
  std::uint64_t beyond = 0;
};

Bins bins_of(const ResultContestant& contestant, double edge) {
  Bins bins;
  bins.beyond = contestant.overflow;
  const double width = std::max(edge / kBins, 1.0);
  for (const auto& [ns, count] : contestant.histogram) {
    const auto bin = static_cast<std::size_t>(static_cast<double>(ns) / width);
    (bin < kBins ? bins.counts[bin] : bins.beyond) += count;
  }
  return bins;
}

// As a string of gnuplot's, in which a line break is written \n.
std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? "\\n" : std::string(1, c);
  }
  return quoted + '"';
}

std::string microseconds(double ns) {
  std::ostringstream text;
  text << std::setprecision(ns < 10 * kNsPerUs ? 3 : 6) << std::defaultfloat
       << (ns < 10 * kNsPerUs ? ns / kNsPerUs : std::round(ns / kNsPerUs));
  return text.str();
}

void write_data(std::ostream& out, const std::string& name, const Bins& bins, double edge) {
  const double width = std::max(edge / kBins, 1.0);
  out << '$' << name << " << END\n";
  for (std::size_t i = 0; i < kBins; ++i) {
    const double count = bins.counts[i] == 0 ? 0.1 : static_cast<double>(bins.counts[i]);  // below the axis
    out << static_cast<double>(i) * width / kNsPerUs << ' ' << count << '\n';
  }
  out << "END\n";
}

// The library's own stand out; every name has one colour in all panels.
class Palette {
 public:
  std::string style_of(const std::string& name) {
    const std::size_t colour = colours_.try_emplace(name, colours_.size()).first->second % kColours.size();
    return std::string("lc rgb '") + kColours[colour] + (name.starts_with("rtapi") ? "' lw 2.6" : "' lw 1.3");
  }

 private:
  std::map<std::string, std::size_t> colours_;
};

void write_panel(std::ostream& out, std::size_t number, const ResultMeasurement& measurement, Palette& palette) {
  const auto contestants = measured(measurement);
  const double edge = right_edge(contestants);
  std::ostringstream plot;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    const Bins bins = bins_of(*contestants[i], edge);
    const std::string data = "data" + std::to_string(number) + "_" + std::to_string(i);
    write_data(out, data, bins, edge);
    std::string title = contestants[i]->name + ": p50 " + microseconds(contestants[i]->percentiles.at("50")) +
                        ", max " + microseconds(contestants[i]->max) + " us";
    if (bins.beyond > 0) title += ", " + std::to_string(bins.beyond) + " beyond the edge";
    plot << (i == 0 ? "plot " : ", ") << '$' << data << " using 1:2 with steps "
         << palette.style_of(contestants[i]->name) << " title " << quoted(title);
  }
  const std::string subtitle = measurement.conditions.empty() ? "" : measurement.conditions.front();
  out << "set title " << quoted(measurement.title + "\n" + subtitle) << "\n"
      << "set xrange [0:" << edge / kNsPerUs << "]\n";
  if (contestants.empty())
    out << "set label 1 'nothing was measured' at graph 0.5,0.5 center\nplot 1 notitle with dots\nunset label 1\n";
  else
    out << plot.str() << '\n';
}

void write_script(std::ostream& out, const ResultFile& result, const std::string& kind, const std::string& picture) {
  const std::size_t panels = std::max<std::size_t>(result.measurements.size(), 1);
  const std::size_t height = panels * kPanelHeight;
  if (kind == ".png")
    out << "set terminal pngcairo noenhanced size " << kWidth << ',' << height << " font 'sans,10'\n";
  else
    out << "set terminal svg noenhanced size " << kWidth << ',' << height
        << " dynamic font 'sans-serif,12' background '#ffffff'\n";
  out << "set output " << quoted(picture) << "\n"
      << "set multiplot layout " << panels << ",1\n"
      << "set logscale y\nset yrange [0.5:*]\nset format y '%.0f'\nset grid lc rgb '#dddddd'\n"
      << "set xlabel 'latency, us'\nset ylabel 'samples'\nset key right top opaque\n";
  Palette palette;
  for (std::size_t i = 0; i < result.measurements.size(); ++i) write_panel(out, i, result.measurements[i], palette);
  out << "unset multiplot\n";
}

std::string run_gnuplot(const std::string& script) {
  std::string program = "gnuplot";
  std::string argument = script;
  char* const arguments[] = {program.data(), argument.data(), nullptr};
  pid_t pid = 0;
  if (posix_spawnp(&pid, program.c_str(), nullptr, nullptr, arguments, environ) != 0) {
    return "gnuplot is not installed: install the package gnuplot-nox";
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "gnuplot failed";
}

std::string escaped(const std::string& text) {
  std::string html;
  for (const char c : text) {
    if (c == '<')
      html += "&lt;";
    else if (c == '&')
      html += "&amp;";
    else
      html += c;
  }
  return html;
}

void write_figures(std::ostream& out, const ResultMeasurement& measurement) {
  out << "<h2>" << escaped(measurement.title) << "</h2>\n";
  for (const std::string& condition : measurement.conditions) out << "<p>" << escaped(condition) << "</p>\n";
  out << "<table><tr><th>us</th><th>max</th><th>p50</th><th>p99</th><th>p99.9</th><th>p99.999</th><th>samples</th></"
         "tr>\n";
  for (const ResultContestant& contestant : measurement.contestants) {
    out << "<tr><td>" << escaped(contestant.name) << "</td>";
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

void write_page(std::ostream& out, const ResultFile& result, std::istream& picture) {
  out << "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>rtss-bench</title>\n<style>"
         "body{font-family:sans-serif;max-width:1200px;margin:2em auto;padding:0 1em}svg{width:100%;height:auto}"
         "table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}"
         "td:first-child,th:first-child{text-align:left}</style></head><body>\n<h1>"
      << escaped(result.command_line) << "</h1>\n<p>" << escaped(result.start_time) << "</p>\n";
  std::string line;
  while (std::getline(picture, line)) {  // the picture begins after its XML declaration and document type
    if (line.find("<svg") != std::string::npos) break;
  }
  for (; picture; std::getline(picture, line)) out << line << '\n';
  for (const ResultMeasurement& measurement : result.measurements) write_figures(out, measurement);
  out << "<h2>Environment</h2><table>\n";
  for (const auto& [name, value] : result.environment) {
    out << "<tr><td>" << escaped(name) << "</td><td>" << escaped(value) << "</td></tr>\n";
  }
  out << "</table></body></html>\n";
}

}  // namespace

bool is_plot_path(const std::string& path) {
  const std::string kind = ending(path);
  return kind == ".png" || kind == ".svg" || kind == ".html";
}

std::string draw(const ResultFile& result, const std::string& path) {
  const TemporaryDirectory directory;
  if (!directory.exists()) return "no temporary directory";
  const std::string picture = directory.file("picture");
  std::ofstream script(directory.file("script"));
  write_script(script, result, ending(path), picture);
  script.close();
  if (const std::string failure = run_gnuplot(directory.file("script")); !failure.empty()) return failure;
  std::ifstream drawn(picture, std::ios::binary);
  std::ofstream out(path, std::ios::binary);
  if (ending(path) == ".html")
    write_page(out, result, drawn);
  else
    out << drawn.rdbuf();
  return out.flush() ? "" : "cannot write " + path;
}

}  // namespace rtss::bench
