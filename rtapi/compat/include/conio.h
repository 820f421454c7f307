/** @file
 * Keyboard polling: whether a key is waiting on standard input, and reading it without echo or Enter.
 */
#ifndef RTAPI_COMPAT_CONIO_H
#define RTAPI_COMPAT_CONIO_H

#include <poll.h>
#include <termios.h>
#include <unistd.h>

/* Puts a terminal into unbuffered, silent mode; `saved` is what to restore. False if it is not a terminal. */
static inline int rtapi_compat_raw(struct termios* saved) {
  struct termios raw;
  if (tcgetattr(STDIN_FILENO, saved) != 0) return 0;
  raw = *saved;
  raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
  return tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}
static inline int _kbhit(void) {
  struct termios saved;
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  const int raw = rtapi_compat_raw(&saved);
  const int ready = poll(&input, 1, 0) > 0;
  if (raw) tcsetattr(STDIN_FILENO, TCSANOW, &saved);
  return ready;
}
static inline int _getch(void) {
  struct termios saved;
  unsigned char key = 0;
  const int raw = rtapi_compat_raw(&saved);
  const int got = read(STDIN_FILENO, &key, 1) == 1;
  if (raw) tcsetattr(STDIN_FILENO, TCSANOW, &saved);
  return got ? key : -1;
}
#define kbhit _kbhit
#define getch _getch

#endif
