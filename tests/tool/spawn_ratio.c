/* spawn_ratio ROUNDS A... -- B...: runs the two commands in turn, and prints the median time of each and their ratio.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char** environ;

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double run(char** command) {
  pid_t pid = 0;
  int status = 0;
  const double begin = now_us();
  if (posix_spawnp(&pid, command[0], NULL, NULL, command, environ) != 0 || waitpid(pid, &status, 0) != pid ||
      !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    fprintf(stderr, "%s: did not exit with 0\n", command[0]);
    exit(1);
  }
  return now_us() - begin;
}

static int by_size(const void* a, const void* b) {
  const double difference = *(const double*)a - *(const double*)b;
  return difference < 0 ? -1 : difference > 0;
}

static double median(double* samples, size_t count) {
  qsort(samples, count, sizeof *samples, by_size);
  return samples[count / 2];
}

int main(int argc, char** argv) {
  const size_t rounds = argc > 4 ? (size_t)atol(argv[1]) : 0;
  char** first = argv + 2;
  char** second = first;
  if (rounds == 0) return 2;
  while (*second != NULL && strcmp(*second, "--") != 0) ++second;
  if (*second == NULL) return 2;
  *second++ = NULL;
  double* a = malloc(rounds * sizeof *a);
  double* b = malloc(rounds * sizeof *b);
  if (a == NULL || b == NULL) return 1;
  for (size_t i = 0; i < rounds; ++i) {
    a[i] = run(first);
    b[i] = run(second);
  }
  const double median_a = median(a, rounds);
  const double median_b = median(b, rounds);
  printf("%s: %.0f us, %s: %.0f us, ratio %.2f\n", first[0], median_a, second[0], median_b, median_a / median_b);
  free(a);
  free(b);
  return 0;
}
