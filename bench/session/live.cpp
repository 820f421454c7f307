#include "bench/session/live.h"

#define NCURSES_NOMACROS  // they would take names such as erase and clear
#include <curses.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "bench/support/environment.h"
#include "bench/support/output_file.h"
#include "bench/support/own_namespace.h"
#include "bench/support/plot.h"
#include "bench/support/realtime.h"
#include "bench/support/report_text.h"

namespace rtss::bench {
namespace {

constexpr int kEachSecondMs = 1000;

// For an end that no destructor sees: a second Ctrl-C.
termios settings_before;
std::array<char, 128> leaving_screen;

int errors_before = -1;

void give_terminal_back() {
  dup2(errors_before, STDERR_FILENO);
  tcsetattr(STDIN_FILENO, TCSANOW, &settings_before);
  static_cast<void>(!write(STDOUT_FILENO, leaving_screen.data(), std::strlen(leaving_screen.data())));
}

std::string sequence(const char* capability) {
  const char* const text = tigetstr(capability);
  return text == nullptr || text == reinterpret_cast<const char*>(-1) ? std::string() : std::string(text);
}

screen* take_terminal() {
  if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
    refuse_usage("--live: standard input and output must be a terminal");
  }
  tcgetattr(STDIN_FILENO, &settings_before);
  screen* const taken = newterm(nullptr, stdout, stdin);
  const char* const type = std::getenv("TERM");
  if (taken == nullptr)
    refuse_usage(std::string("--live: the terminal type TERM=") + (type == nullptr ? "" : type) + " is unknown");
  const std::string leaving = sequence("cnorm") + sequence("rmcup");
  if (leaving.size() < leaving_screen.size()) leaving.copy(leaving_screen.data(), leaving.size());
  at_abrupt_end(give_terminal_back);
  cbreak();
  noecho();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  curs_set(0);
  return taken;
}

std::string picture_name() {
  const std::time_t now = std::time(nullptr);
  std::tm fields{};
  localtime_r(&now, &fields);
  std::array<char, 64> name{};
  return {name.data(), std::strftime(name.data(), name.size(), "rtss-bench-%Y%m%d-%H%M%S.png", &fields)};
}

// The caller's thread leaves the measured CPUs, and the signals to the thread that waits for the children.
void withdraw(const LivePlace& place) {
  sigset_t all;
  sigfillset(&all);
  sigdelset(&all, SIGWINCH);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (const int cpu : place.cpus) CPU_SET(static_cast<std::size_t>(cpu), &cpus);
  require(sched_setaffinity(0, sizeof cpus, &cpus) == 0, "--live: cannot leave the measured CPUs");
  const sched_param parameters{};
  if (place.is_shared) require(sched_setscheduler(0, SCHED_IDLE, &parameters) == 0, "--live: no SCHED_IDLE");
}

}  // namespace

HeldErrors::HeldErrors() : held_(memfd_create("errors", MFD_CLOEXEC)) {
  errors_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  require(held_ >= 0 && errors_before >= 0 && dup2(held_, STDERR_FILENO) >= 0, "--live: cannot hold standard error");
}

HeldErrors::~HeldErrors() {
  dup2(errors_before, STDERR_FILENO);
  std::array<char, 4096> part{};
  lseek(held_, 0, SEEK_SET);
  for (ssize_t length = 0; (length = read(held_, part.data(), part.size())) > 0;) {
    static_cast<void>(!write(STDERR_FILENO, part.data(), static_cast<std::size_t>(length)));
  }
  close(held_);
  close(errors_before);
}

std::string LivePlace::description() const {
  std::string list;
  for (const int cpu : cpus) list += (list.empty() ? "" : ",") + std::to_string(cpu);
  return std::string(cpus.size() == 1 ? "CPU " : "CPUs ") + list + (is_shared ? ", SCHED_IDLE" : "");
}

LivePlace live_place(const std::vector<int>& measured_cpus) {
  LivePlace place;
  for (const int cpu : allowed_cpus()) {
    if (std::ranges::find(measured_cpus, cpu) == measured_cpus.end()) place.cpus.push_back(cpu);
  }
  place.is_shared = place.cpus.empty();
  if (place.is_shared) place.cpus = allowed_cpus();
  return place;
}

Live::Live(const LivePlace& place) : screen_(take_terminal()), over_(eventfd(0, EFD_CLOEXEC)) {
  require(over_ >= 0, "--live: no eventfd");
  table_.drawn_on = place.description();
  drawer_ = std::thread([this, place] { draw_until_ended(place); });
}

Live::~Live() {
  eventfd_write(over_, 1);
  drawer_.join();
  close(over_);
  at_abrupt_end(nullptr);
  endwin();
  delscreen(screen_);
}

void Live::begin_run(const Report& report, int round, std::span<const ContestantReport> running, double seconds) {
  const std::lock_guard guard(lock_);
  const bool is_new = table_.title != report.title;
  table_.title = report.title;
  table_.conditions = report.conditions.empty() ? "" : report.conditions.front();
  table_.run = round + 1;
  table_.seconds = seconds;
  table_.rows.clear();
  for (const ContestantReport& each : report.contestants) {
    LiveRow& row = table_.rows.emplace_back();
    row.name = each.name;
    row.earlier.merge(each.recorded.histogram);
    row.is_running = std::ranges::find(running, each.name, &ContestantReport::name) != running.end();
  }
  if (is_new) table_.chosen.reset();
}

void Live::show(const std::string& contestant, const Histogram& so_far, double seconds) {
  const std::lock_guard guard(lock_);
  table_.seconds = seconds;
  const auto row = std::ranges::find(table_.rows, contestant, &LiveRow::name);
  if (row != table_.rows.end()) row->now = Histogram(so_far);
}

void Live::draw_until_ended(const LivePlace& place) {
  withdraw(place);
  pollfd wanted[] = {{over_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  do {
    draw();
    if (poll(wanted, std::size(wanted), kEachSecondMs) < 0) wanted[0].revents = wanted[1].revents = 0;  // a new size
    for (int key = getch(); key != ERR; key = getch()) obey(key);
    if ((wanted[1].revents & (POLLHUP | POLLERR)) != 0) wanted[1].fd = -1;  // the terminal has gone
  } while (wanted[0].revents == 0);
}

void Live::draw() {
  const auto width = static_cast<std::size_t>(std::max(COLS, 1));
  const auto height = static_cast<std::size_t>(std::max(LINES, 1));
  std::vector<std::string> lines;
  {
    const std::lock_guard guard(lock_);
    lines = live_frame(table_, width, height - 1);
  }
  erase();
  for (std::size_t row = 0; row < lines.size(); ++row) mvaddstr(static_cast<int>(row), 0, lines[row].c_str());
  mvaddstr(static_cast<int>(height) - 1, 0, cut_to(note_, width > 1 ? width - 1 : 1).c_str());
  refresh();
}

void Live::obey(int key) {
  if (key == 's') save_picture();
  if (key == 'q') kill(getpid(), SIGINT);
  const std::lock_guard guard(lock_);
  if (key == '\t') table_.choose_next();
}

void Live::save_picture() {
  const std::string path = picture_name();
  std::unique_lock guard(lock_);
  const ResultFile result = live_result(table_);
  guard.unlock();
  OutputFile file;
  std::string failure = is_installed("gnuplot") ? file.open(path) : kNoGnuplot;
  if (failure.empty()) {
    const Drawn drawn = bench::draw(result, path);
    failure = drawn.failure.empty() ? file.save(drawn.content) : drawn.failure;
  }
  note_ = failure.empty() ? "saved " + path : failure;
}

}  // namespace rtss::bench
