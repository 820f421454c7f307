#include "platform/message.h"

#include <pthread.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

namespace rtss::platform {

namespace {

constexpr int kLineBytes = 512;

void write_line(const char* line, int length) noexcept {
  if (length >= kLineBytes) length = kLineBytes - 1;
  if (length <= 0) return;
  int previous_state = PTHREAD_CANCEL_ENABLE;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &previous_state);  // a message may be due anywhere
  [[maybe_unused]] const auto written = write(STDERR_FILENO, line, static_cast<std::size_t>(length));
  pthread_setcancelstate(previous_state, nullptr);
}

}  // namespace

void warn(const char* format, ...) noexcept {
  char text[kLineBytes - 16];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  for (char* c = text; *c != '\0'; ++c) {
    if (static_cast<unsigned char>(*c) < ' ' || *c == '\177') *c = '?';  // what was quoted must not command a terminal
  }
  char line[kLineBytes];
  write_line(line, std::snprintf(line, sizeof line, "rtapi: %s\n", text));
}

void fatal(const char* broken_invariant) noexcept {
  warn("%s", broken_invariant);
  std::abort();
}

}  // namespace rtss::platform
