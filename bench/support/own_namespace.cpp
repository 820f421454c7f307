#include "bench/support/own_namespace.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace rtss::bench {
namespace {

constexpr int kInterrupts[] = {SIGINT, SIGTERM, SIGHUP};
char file[128];       // what the signal handler removes
pid_t owner_process;  // a forked child must not remove it
volatile std::sig_atomic_t stop_wanted = 0;
void (*volatile last_act)() = nullptr;

void remove_and_end(int signal_number) {
  if (getpid() == owner_process) unlink(file);
  end_abruptly();
  std::signal(signal_number, SIG_DFL);
  raise(signal_number);
}

void note_interrupt(int signal_number) {
  if (stop_wanted != 0) remove_and_end(signal_number);
  stop_wanted = 1;
}

}  // namespace

OwnNamespace::OwnNamespace(const std::string& prefix) {
  const std::string name = prefix + "-" + std::to_string(getpid());
  std::snprintf(file, sizeof(file), "/dev/shm/rtss-%u-%s", getuid(), name.c_str());
  owner_process = getpid();
  setenv("RTSS_NAMESPACE", name.c_str(), 1);
  std::signal(SIGALRM, remove_and_end);
  for (const int signal_number : kInterrupts) {
    if (std::signal(signal_number, note_interrupt) == SIG_IGN) std::signal(signal_number, SIG_IGN);  // nohup
  }
}

bool interrupted() { return stop_wanted != 0; }

void at_abrupt_end(void (*act)()) { last_act = act; }

void end_abruptly() {
  if (getpid() == owner_process && last_act != nullptr) last_act();
}

// Also the files of shared memory that ended processes left, which begin with its name and a dot.
OwnNamespace::~OwnNamespace() {
  if (getpid() != owner_process) return;
  unlink(file);
  const std::filesystem::path own = file;
  const std::string memory = own.filename().string() + '.';
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(own.parent_path(), error)) {
    if (entry.path().filename().string().starts_with(memory)) unlink(entry.path().c_str());
  }
}

}  // namespace rtss::bench
