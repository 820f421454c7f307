// What the command line decides for every measurement, and the measurements themselves.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/handoff/ping_pong.h"
#include "bench/support/clock.h"
#include "bench/support/realtime.h"
#include "bench/support/report.h"

namespace rtss::bench {

struct Settings {
  std::vector<int> cpus;    // one: both sides share it; two: one each
  int fifo_priority = 50;   // 0: the ordinary policy
  std::uint64_t loops = 0;  // 0: as each measurement sees fit
  int repetitions = 0;      // 0: likewise
  bool quick = false;
  bool quiet = false;
  std::vector<Peers> peers = {Peers::kThreads, Peers::kProcesses};
  std::string command_line;
};

// One process's worth of measuring: settings, the calibrated clock, and what holds for its whole time.
class Session {
 public:
  explicit Session(Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] int repetitions() const;
  [[nodiscard]] std::uint64_t loops(std::uint64_t normal) const;
  [[nodiscard]] Placement placement(Peers peers) const;
  [[nodiscard]] std::string policy() const;
  [[nodiscard]] Report begin_report(std::string title, std::string object) const;
  void finish_report(Report& report) const;
  void progress(const std::string& what) const;  // on a terminal only

 private:
  Settings settings_;
  Clock clock_;
  CpuLatencyHold latency_hold_;
  bool terminal_;
};

std::string peers_name(Peers peers);

using Reports = std::vector<Report>;
Reports measure_handoff(const Session& session);
Reports measure_signal(const Session& session);
Reports measure_semaphore(const Session& session);
Reports measure_any(const Session& session);
Reports measure_all(const Session& session);
Reports measure_uncontended(const Session& session);
Reports measure_inversion(const Session& session);
Reports measure_abandon(const Session& session);
Reports measure_create(const Session& session);

}  // namespace rtss::bench
