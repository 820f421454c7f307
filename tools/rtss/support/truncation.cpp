#include "tools/rtss/support/truncation.h"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>

#include "tools/rtss/exit_code.h"

namespace rtss::tool {

namespace {

termios settings;
std::array<char, 128> leaving;
volatile std::sig_atomic_t on_screen = 0;

void tell(int descriptor, const char* text) {
  if (write(descriptor, text, std::strlen(text)) < 0) _exit(kTrouble);
}

void on_bus_error(int /*number*/) {
  if (on_screen != 0) {
    tell(STDOUT_FILENO, leaving.data());
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
  }
  tell(STDERR_FILENO,
       "rtss: the namespace's file was truncated while it was read; end the programs that use it, "
       "then remove it\n");
  _exit(kTrouble);
}

}  // namespace

void survive_truncation() { std::signal(SIGBUS, on_bus_error); }

void remember_terminal() { tcgetattr(STDIN_FILENO, &settings); }

void remember_screen(const std::string& leave) {
  if (leave.size() >= leaving.size()) return;
  std::strcpy(leaving.data(), leave.c_str());
  on_screen = 1;
}

void forget_screen() { on_screen = 0; }

}  // namespace rtss::tool
