// What the command line decides for every measurement.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/handoff/ping_pong.h"
#include "bench/support/report.h"

namespace rtss::bench {

struct Settings {
  std::vector<int> cpus;      // one: both sides share it; two: one each
  int lanes = 0;              // so many pairs or threads at the same time, CPU after CPU, in place of cpus
  int fifo_priority = 50;     // 0: the ordinary policy
  std::uint64_t loops = 0;    // 0: as each measurement sees fit
  int repetitions = 0;        // 0: likewise
  double duration_s = 0;      // of each table, in place of repetitions; 0: not set
  double break_above_us = 0;  // 0: never
  bool mark_trace = false;    // at a break
  bool count_smis = false;
  std::uint64_t interval_us = 1000;
  int load_processes = 0;
  bool quick = false;
  bool quiet = false;
  bool live = false;          // show what is measured while it is
  bool targets_only = false;  // of each measurement only the tables that have a target
  std::vector<Peers> peers = {Peers::kThreads, Peers::kProcesses};
  std::string command_line;
  std::function<void(const Reports&)> save;  // called every few seconds with the results so far
};

}  // namespace rtss::bench
