#include "platform/steps.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kLabelBytes = 64;
char armed_label[kLabelBytes];
std::atomic<long> visits_left{0};
std::atomic<int> armed_signal{SIGKILL};
std::atomic<bool> reached{false};

void arm_from_environment() {
  const char* text = std::getenv("RTSS_CRASH_AT");
  if (text == nullptr) return;
  const char* colon = std::strchr(text, ':');
  char label[kLabelBytes] = {};
  const std::size_t length = colon == nullptr ? std::strlen(text) : static_cast<std::size_t>(colon - text);
  if (length == 0 || length >= kLabelBytes) return;
  std::copy_n(text, length, label);
  RtssArmStep(label, colon == nullptr ? 1U : static_cast<unsigned>(std::atoi(colon + 1)), SIGKILL);
}

[[maybe_unused]] const bool environment_read = (arm_from_environment(), true);

}  // namespace

void RtssArmStep(const char* label, unsigned countdown, int signal) {
  visits_left.store(0);
  reached.store(false);
  std::strncpy(armed_label, label, kLabelBytes - 1);
  armed_signal.store(signal);
  visits_left.store(static_cast<long>(countdown));
}

int RtssStepReached(void) { return reached.load() ? 1 : 0; }

namespace rtss::platform {

void step_reached(const char* label) noexcept {
  if (visits_left.load(std::memory_order_acquire) <= 0 || std::strcmp(label, armed_label) != 0) return;
  if (visits_left.fetch_sub(1) != 1) return;
  reached.store(true);
  // To this very thread, so that a stop takes effect before the call returns.
  tgkill(getpid(), gettid(), armed_signal.load());
  if (armed_signal.load() == SIGKILL) {
    for (;;) pause();
  }
}

}  // namespace rtss::platform
