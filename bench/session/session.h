#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/session/live.h"
#include "bench/session/settings.h"
#include "bench/support/clock.h"
#include "bench/support/load.h"
#include "bench/support/own_namespace.h"
#include "bench/support/realtime.h"
#include "bench/support/report.h"

namespace rtss::bench {

// One of several pairs, or threads, that are measured at the same time.
struct Lane {
  int number;
  int cpu;
  std::string name;  // "CPU 1"; "CPU 1 (2)" of the second there
};

// One invocation: its settings, the calibrated clock, and what holds for its whole time.
class Session {
 public:
  // Fails the process when the settings name a CPU that it may not use.
  explicit Session(Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] std::uint64_t loops(std::uint64_t normal) const;
  [[nodiscard]] Placement placement(Peers peers) const;
  [[nodiscard]] std::vector<Lane> lanes() const;
  [[nodiscard]] std::string lanes_in_words() const;
  [[nodiscard]] std::string policy() const;
  [[nodiscard]] std::string rounds() const;  // how many, in words
  // Above this a sample of the contestant ends everything.
  [[nodiscard]] std::uint64_t break_above_ps(const std::string& contestant) const;

  [[nodiscard]] Report begin_report(std::string title, std::string object) const;
  void add_contestant(Report& report, const std::string& name, std::optional<int> cpu = {}) const;
  // Also the moment when the results so far are saved.
  [[nodiscard]] bool wants_round(int round, const Report& report) const;
  void finish_report(Report& report) const;

  [[nodiscard]] bool stopped() const { return broken_ || interrupted(); }  // measure no more
  void note_break(const ContestantReport& contestant) const;

  // On a terminal only: what runs from now on, and, while it is waited for, what it has found.
  void begin_run(const Report& report, int round, std::span<const ContestantReport> running) const;
  void show_progress(const std::string& contestant, const Histogram& so_far) const;

 private:
  [[nodiscard]] LivePlace place_of_picture() const;
  [[nodiscard]] bool prints_progress() const;
  void print_progress(std::uint64_t worst_ps) const;
  void save_now_and_then(const Report& unfinished) const;

  Settings settings_;
  Clock clock_;
  CpuLatencyHold latency_hold_;
  BackgroundLoad load_;
  bool terminal_;
  mutable bool broken_ = false;
  mutable std::string running_;
  mutable std::uint64_t worst_before_ps_ = 0;  // in the earlier runs of what runs
  mutable std::mutex progress_;
  mutable std::vector<std::uint64_t> smis_before_;  // of each allowed CPU, at the report's begin
  std::unique_ptr<Live> live_;                      // where it is wanted
  mutable Reports finished_;                        // for settings_.save
  mutable double saved_at_second_ = 0;
};

std::string peers_name(Peers peers);

}  // namespace rtss::bench
