// What the command line decides for every measurement, and the measurements themselves.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/handoff/ping_pong.h"
#include "bench/support/clock.h"
#include "bench/support/load.h"
#include "bench/support/own_namespace.h"
#include "bench/support/realtime.h"
#include "bench/support/report.h"

namespace rtss::bench {

struct Settings {
  std::vector<int> cpus;      // one: both sides share it; two: one each
  int fifo_priority = 50;     // 0: the ordinary policy
  std::uint64_t loops = 0;    // 0: as each measurement sees fit
  int repetitions = 0;        // 0: likewise
  double duration_s = 0;      // of each table, in place of repetitions; 0: not set
  double break_above_us = 0;  // 0: never
  std::uint64_t interval_us = 1000;
  int load_processes = 0;
  bool quick = false;
  bool quiet = false;
  bool targets_only = false;  // of each measurement only the tables that have a target
  std::vector<Peers> peers = {Peers::kThreads, Peers::kProcesses};
  std::string command_line;
};

// One process's worth of measuring: settings, the calibrated clock, and what holds for its whole time.
class Session {
 public:
  explicit Session(Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] std::uint64_t loops(std::uint64_t normal) const;
  [[nodiscard]] Placement placement(Peers peers) const;
  [[nodiscard]] std::string policy() const;
  [[nodiscard]] std::string rounds() const;  // how many, in words
  // Above this a sample of the contestant ends everything.
  [[nodiscard]] std::uint64_t break_above_ps(const std::string& contestant) const;

  [[nodiscard]] Report begin_report(std::string title, std::string object) const;
  void add_contestant(Report& report, const std::string& name) const;
  [[nodiscard]] bool wants_round(int round, const Report& report) const;
  void finish_report(Report& report) const;

  [[nodiscard]] bool stopped() const { return broken_ || interrupted(); }  // measure no more
  void note_break(const ContestantReport& contestant) const;

  // On a terminal only: what runs from now on, and, while it is waited for, how bad it is.
  void begin_run(const Report& report, int round, std::span<const ContestantReport> running) const;
  void show_progress(std::uint64_t worst_ps) const;

 private:
  Settings settings_;
  Clock clock_;
  CpuLatencyHold latency_hold_;
  BackgroundLoad load_;
  bool terminal_;
  mutable bool broken_ = false;
  mutable std::string running_;
  mutable std::uint64_t worst_before_ps_ = 0;  // in the earlier runs of what runs
};

std::string peers_name(Peers peers);
void add_missing_peers(Report& report);  // names those that are not here to be measured

using Reports = std::vector<Report>;
Reports measure_handoff(const Session& session);
Reports measure_handoff_on_two_cpus(const Session& session);
Reports measure_handoff_in_crowd(const Session& session);
Reports measure_signal(const Session& session);
Reports measure_semaphore(const Session& session);
Reports measure_any(const Session& session);
Reports measure_all(const Session& session);
Reports measure_uncontended(const Session& session);
Reports measure_inversion(const Session& session);
Reports measure_abandon(const Session& session);
Reports measure_abandon_on_two_cpus(const Session& session);
Reports measure_timer(const Session& session);
Reports measure_create(const Session& session);
Reports measure_scale(const Session& session);
Reports measure_targets(const Session& session);  // every table that has a target

}  // namespace rtss::bench
