/* What the programs here report with. Each prints "all as expected" or the first thing that was not. */
#ifndef EXPECT_H
#define EXPECT_H

#define EXPECT(condition)                                                                                   \
  do {                                                                                                      \
    if (!(condition)) {                                                                                     \
      RtPrintf("%s, line %d: %s, error %lu\n", __FILE__, (int)__LINE__, #condition, (DWORD)GetLastError()); \
      ExitProcess(1);                                                                                       \
    }                                                                                                       \
  } while (0)

#define ALL_AS_EXPECTED() RtPrintf("all as expected\n")

/* Long enough for any machine: a wait this long has failed. */
#define LONGEST_WAIT 20000

#endif
