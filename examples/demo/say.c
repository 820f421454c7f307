#include "say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

long long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void sleep_ms(DWORD milliseconds) {
  struct timespec rest = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  while (nanosleep(&rest, &rest) != 0) continue;
}

void say(const char* speaker, const char* format, ...) {
  char line[256];
  int used = snprintf(line, sizeof(line), "  %-11s", speaker);
  va_list arguments;
  va_start(arguments, format);
  used += vsnprintf(line + used, sizeof(line) - (size_t)used - 1, format, arguments);
  va_end(arguments);
  if (used > (int)sizeof(line) - 2) used = (int)sizeof(line) - 2;
  line[used++] = '\n';
  if (write(STDOUT_FILENO, line, (size_t)used) != used) exit(1);
}

void give_up(const char* call) {
  say("!", "%s failed, error %u", call, (unsigned)RtGetLastError());
  exit(1);
}

HANDLE must(HANDLE handle, const char* call) {
  if (handle == NULL) give_up(call);
  return handle;
}
