// --live: what is measured, in the terminal while it is measured. A thread of its own draws once a second and reads the
// keys. It runs on CPUs that nothing is measured on; where there are none, on all of them under SCHED_IDLE.
#pragma once

#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "bench/support/live_frame.h"
#include "bench/support/report.h"

struct screen;  // of curses

namespace rtss::bench {

// What is written to standard error as long as it lives appears at its end: it would tear the screen.
class HeldErrors {
 public:
  HeldErrors();
  HeldErrors(const HeldErrors&) = delete;
  HeldErrors& operator=(const HeldErrors&) = delete;
  ~HeldErrors();

 private:
  int held_;
};

// Where the picture itself takes its processor time.
struct LivePlace {
  std::vector<int> cpus;
  bool is_shared = false;  // with what is measured

  [[nodiscard]] std::string description() const;
};
LivePlace live_place(const std::vector<int>& measured_cpus);

class Live {
 public:
  // Ends the process with kUsage where there is no terminal, or one of an unknown type.
  explicit Live(const LivePlace& place);
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;
  ~Live();

  void begin_run(const Report& report, int round, std::span<const ContestantReport> running, double seconds);
  void show(const std::string& contestant, const Histogram& so_far, double seconds);

 private:
  void draw_until_ended(const LivePlace& place);
  void draw();
  void obey(int key);
  void save_picture();

  std::mutex lock_;  // of table_
  LiveTable table_;
  std::string note_ = "s save a picture  Tab next histogram  q end";
  screen* screen_;
  HeldErrors errors_;
  int over_;  // becomes readable at the end
  std::thread drawer_;
};

}  // namespace rtss::bench
