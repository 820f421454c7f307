/* The part of rtss-bench that is a program of Windows. It has its processor and policy from the process that starts it.
 *
 *   rally COURT SIDE WARM_UP HANDOFFS ours|wine
 *   pairs COURT BATCHES PAIRS ours|wine
 *   stay                              says that it is there, and keeps Wine's server and services running until killed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/wine/court.h"

static int said(const char* what, int line) {
  if (line != 0)
    fprintf(stderr, "rtss-bench: Windows program, %s: line %d, last error %lu\n", what, line, GetLastError());
  return line != 0;
}

static enum court_mutex kind_of(const char* word) { return strcmp(word, "wine") == 0 ? kMutexOfWindows : kOurMutex; }

int main(int count, char** words) {
  if (count == 2 && strcmp(words[1], "stay") == 0) {
    puts("here");
    fflush(stdout);
    Sleep(INFINITE);
  }
  if (count == 7 && strcmp(words[1], "rally") == 0)
    return said("rally", court_rally(words[2], atol(words[3]), atol(words[4]), atol(words[5]), kind_of(words[6])));
  if (count == 6 && strcmp(words[1], "pairs") == 0)
    return said("pairs", court_pairs(words[2], atol(words[3]), atol(words[4]), kind_of(words[5])));
  fputs("rtss-bench starts this program; it is of no use alone\n", stderr);
  return 2;
}
