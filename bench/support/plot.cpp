#include "bench/support/plot.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <sstream>

#include "bench/support/styles.h"

namespace rtss::bench {
namespace {

constexpr std::size_t kBins = 300;
constexpr int kWidth = 1600;
constexpr int kPanelHeight = 420;
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

std::string line_of(const Style& style) {
  return std::string("lc rgb '") + style.colour + "' dt " + std::to_string(style.dash) +
         (style.is_ours ? " lw 2.6" : " lw 1.3");
}

// The unit in which the right edge is a number of few digits.
struct Unit {
  const char* name;
  double ns;
};
Unit unit_for(double edge_ns) {
  if (edge_ns < 2e3) return {"ns", 1};
  if (edge_ns < 2e6) return {"us", 1e3};
  return {"ms", 1e6};
}

std::string in_unit(double ns, const Unit& unit) {
  std::ostringstream text;
  text << std::setprecision(3) << ns / unit.ns;
  std::string figure = text.str();
  if (figure.find('e') != std::string::npos) figure = std::to_string(static_cast<std::uint64_t>(ns / unit.ns));
  return figure + ' ' + unit.name;
}

void write_data(std::ostream& out, const std::string& name, const Bins& bins, double edge, const Unit& unit) {
  const double width = std::max(edge / kBins, 1.0);
  out << '$' << name << " << END\n";
  for (std::size_t i = 0; i < kBins; ++i) {
    const double count = bins.counts[i] == 0 ? 0.1 : static_cast<double>(bins.counts[i]);  // below the axis
    out << static_cast<double>(i) * width / unit.ns << ' ' << count << '\n';
  }
  out << "END\n";
}

void write_panel(std::ostream& out, std::size_t number, const ResultMeasurement& measurement,
                 const std::map<std::string, Style>& styles) {
  const auto contestants = measured(measurement);
  const double edge = right_edge(contestants);
  const Unit unit = unit_for(edge);
  std::ostringstream plot;
  for (std::size_t i = 0; i < contestants.size(); ++i) {
    const Bins bins = bins_of(*contestants[i], edge);
    const std::string data = "data" + std::to_string(number) + "_" + std::to_string(i);
    write_data(out, data, bins, edge, unit);
    std::string title = contestants[i]->name + ": p50 " + in_unit(contestants[i]->percentiles.at("50"), unit) +
                        ", max " + in_unit(contestants[i]->max, unit);
    if (bins.beyond > 0) title += ", " + std::to_string(bins.beyond) + " beyond the edge";
    plot << (i == 0 ? "plot " : ", ") << '$' << data << " using 1:2 with steps "
         << line_of(styles.at(contestants[i]->name)) << " title " << quoted(title);
  }
  const std::string subtitle = measurement.conditions.empty() ? "" : measurement.conditions.front();
  out << "set title " << quoted(measurement.title + "\n" + subtitle) << "\n"
      << "set xlabel " << quoted(std::string("latency, ") + unit.name) << "\n"
      << "set xrange [0:" << edge / unit.ns << "]\n";
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
      << "set ylabel 'samples'\nset key outside right top vertical Left reverse noenhanced\n";
  const std::map<std::string, Style> styles = styles_of(result);
  for (std::size_t i = 0; i < result.measurements.size(); ++i) write_panel(out, i, result.measurements[i], styles);
  out << "unset multiplot\n";
}

std::string run_gnuplot(const std::string& script) {
  std::string program = "gnuplot";
  std::string argument = script;
  char* const arguments[] = {program.data(), argument.data(), nullptr};
  // The thread that draws may block every signal; the program would inherit that.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, program.c_str(), nullptr, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) return kNoGnuplot;
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) continue;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? "" : "gnuplot failed";
}

}  // namespace

bool is_plot_path(const std::string& path) {
  const std::string kind = ending(path);
  return kind == ".png" || kind == ".svg";
}

Drawn draw(const ResultFile& result, const std::string& path) {
  const TemporaryDirectory directory;
  if (!directory.exists()) return {{}, "no temporary directory"};
  const std::string picture = directory.file("picture");
  std::ofstream script(directory.file("script"));
  write_script(script, result, ending(path), picture);
  script.close();
  if (const std::string failure = run_gnuplot(directory.file("script")); !failure.empty()) return {{}, failure};
  std::ifstream drawn(picture, std::ios::binary);
  std::ostringstream content;
  content << drawn.rdbuf();
  return {content.str(), {}};
}

}  // namespace rtss::bench
