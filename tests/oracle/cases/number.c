/* Text to numbers and back, and random numbers. */
#include "oracle.h"

static void texts_to_numbers(void) {
  static const char* const texts[] = {"0",           "42",
                                      "-42",         "+7",
                                      "  9",         "2147483647",
                                      "2147483648",  "-2147483648",
                                      "-2147483649", "4294967295",
                                      "4294967296",  "-1",
                                      "0x1f",        "017",
                                      "1f",          "",
                                      "x",           "99999999999999999999",
                                      "12abc",       "-"};
  static const int bases[] = {0, 10, 16, 8};
  for (int t = 0; t < COUNT(texts); ++t) {
    for (int b = 0; b < COUNT(bases); ++b) {
      char name[64];
      char* end = NULL;
      errno = 0;
      const int number = (int)strtol(texts[t], &end, bases[b]);
      sprintf(name, "'%s' base %d", texts[t], bases[b]);
      answer("strtol", name, "%d errno %d used %d", number, errno, (int)(end - texts[t]));
      errno = 0;
      const unsigned natural = (unsigned)strtoul(texts[t], &end, bases[b]);
      answer("strtoul", name, "%x errno %d used %d", natural, errno, (int)(end - texts[t]));
    }
    answer("atol", texts[t], "%d", (int)atol(texts[t]));
    answer("atof", texts[t], "%d",
           (int)(atof(texts[t]) * 4 > 2e9 ? 2e9
                 : atof(texts[t]) < -5e8  ? -2e9
                                          : atof(texts[t]) * 4));
  }
}

void number_cases(void) {
  texts_to_numbers();
  char text[80];
  static const int bases[] = {2, 8, 10, 16, 36};
  static const int values[] = {0, 1, -1, 255, 2147483647, -2147483647 - 1};
  for (int b = 0; b < COUNT(bases); ++b) {
    for (int v = 0; v < COUNT(values); ++v) {
      char name[64];
      sprintf(name, "%d base %d", values[v], bases[b]);
      answer("_itoa", name, "%s", _itoa(values[v], text, bases[b]));
      answer("_ultoa", name, "%s", _ultoa((unsigned)values[v], text, bases[b]));
      answer("_i64toa", name, "%s", _i64toa(values[v], text, bases[b]));
    }
  }
  answer("rand", "RAND_MAX", "%d", RAND_MAX);
  for (unsigned seed = 0; seed < 4; ++seed) {
    srand(seed);
    const int first = rand(), second = rand();
    sprintf(text, "after srand(%d)", (int)seed);
    answer("rand", text, "%d %d %d", first, second, rand());
  }
}
