// RTSSkill.exe: "RTSSkill PID" ends the program that RTSSrun started, as "rtss kill" does, and has its exit code.
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char** words) {
  enum { kTrouble = 125 };
  char* end = NULL;
  const unsigned long id = count == 2 ? strtoul(words[1], &end, 10) : 0;
  if (id == 0 || *end != '\0') {
    fputs("RTSSkill: the process id is wanted that RTSSrun gave: RTSSkill PID\n", stderr);
    return kTrouble;
  }
  char line[40];
  snprintf(line, sizeof line, "rtss kill %lu", id);
  PROCESS_INFORMATION made;
  if (!RtCreateProcessA(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, NULL, &made)) {
    fprintf(stderr, "RTSSkill: the command rtss cannot be started (package rtss-tools): error %lu\n", GetLastError());
    return kTrouble;
  }
  DWORD code = kTrouble;
  RtWaitForSingleObject(made.hProcess, INFINITE);
  RtGetExitCodeProcess(made.hProcess, &code);
  return (int)code;
}
