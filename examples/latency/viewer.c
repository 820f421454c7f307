/* The viewer: shows the sampler's histogram until the sampler ends. usage: latency_viewer [-u UPDATE_MS] */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "latency.h"

#define ROWS 10
#define WIDTH 50

/* Rows of 1, 1, 2, 4, 8 ... microseconds: 0, 1, 2-3, 4-7 and so on; the last takes the rest. */
static LONGLONG count_row(const LATENCY* latency, int row) {
  const LONG from = row == 0 ? 0 : 1 << (row - 1);
  const LONG to = row == ROWS - 1 ? BINS : 1 << row;
  LONGLONG count = row == ROWS - 1 ? latency->overflow : 0;
  for (LONG bin = from; bin < to; ++bin) count += latency->bins[bin];
  return count;
}

static void show(const LATENCY* latency) {
  LONGLONG rows[ROWS];
  LONGLONG most = 1;
  for (int row = 0; row < ROWS; ++row) {
    rows[row] = count_row(latency, row);
    if (rows[row] > most) most = rows[row];
  }
  const LONGLONG samples = latency->samples > 0 ? latency->samples : 1;
  if (isatty(STDOUT_FILENO)) printf("\033[H\033[J");
  printf("period %I64d us   samples %I64d   missed %I64d   min %.1f  avg %.1f  max %.1f us\n",
         latency->period_100ns / 10, latency->samples, latency->missed, latency->min_100ns / 10.0,
         (double)latency->sum_100ns / (double)samples / 10.0, latency->max_100ns / 10.0);
  for (int row = 0; row < ROWS; ++row) {
    const int length = (int)(rows[row] * WIDTH / most) + (rows[row] > 0);
    printf("%6d us %s %10I64d %.*s\n", row == 0 ? 0 : 1 << (row - 1), row == ROWS - 1 ? "+" : " ", rows[row], length,
           "###################################################");
  }
  fflush(stdout);
}

int main(int argc, char* argv[]) {
  LATENCY* latency = NULL;
  HANDLE memory = NULL;
  HANDLE sampler = NULL;
  const DWORD update = argc > 2 && strcmp(argv[1], "-u") == 0 ? (DWORD)RtAtoi(argv[2]) : 500;
  for (int i = 0; i < 20000 && memory == NULL; ++i) {
    memory = RtOpenSharedMemory(PAGE_READONLY, FALSE, LATENCY_NAME, (VOID**)&latency);
    if (memory == NULL) Sleep(1);
  }
  if (memory != NULL) sampler = RtOpenMutex(SYNCHRONIZE, FALSE, SAMPLER_MUTEX);
  if (sampler == NULL) {
    fprintf(stderr, "viewer: no sampler is running\n");
    return 1;
  }
  DWORD result;
  while ((result = RtWaitForSingleObject(sampler, update)) == WAIT_TIMEOUT) show(latency);
  show(latency);
  RtReleaseMutex(sampler);
  if (result == WAIT_ABANDONED) printf("the sampler was killed\n");
  return result == WAIT_OBJECT_0 || result == WAIT_ABANDONED ? 0 : 1;
}
