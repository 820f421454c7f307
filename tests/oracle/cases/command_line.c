/* How a command line becomes arguments: each line is given to a process that prints what it got. */
#include "oracle.h"

void command_line_cases(const char* program) {
  static const char* const lines[] = {"one two",
                                      "  one   two ",
                                      "\"one two\" three",
                                      "one\"two\"three",
                                      "\"\"",
                                      "\"\" \"\"",
                                      "a\\b",
                                      "a\\\\b",
                                      "\"a\\\\b\"",
                                      "\"a\\\\\" b",
                                      "a\\\"b",
                                      "a\\\\\"b c\"",
                                      "a\\\\\\\"b",
                                      "\"a b",
                                      "\"a\\\"b c\"",
                                      "a\tb",
                                      "'a b'",
                                      "\"a b\"c d",
                                      "c:\\dir\\",
                                      "\"c:\\dir\\\\\""};
  for (int i = 0; i < COUNT(lines); ++i) {
    char line[512], name[128];
    STARTUPINFOA startup;
    PROCESS_INFORMATION process;
    memset(&startup, 0, sizeof startup);
    startup.cb = sizeof startup;
    escape(name, lines[i]);
    sprintf(line, "oracle --arguments %s", lines[i]);
    printf("command line: %s\t", name);
    fflush(stdout);
    if (!CreateProcessA(program, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process)) {
      printf("error %d\n", (int)GetLastError());
      continue;
    }
    WaitForSingleObject(process.hProcess, INFINITE);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
  }
}
