/* Starting this program once more, in another role. */
#ifndef SELF_H
#define SELF_H

static HANDLE start_self(const TCHAR* program, const TCHAR* role, DWORD* pid) {
  TCHAR line[1024];
  STARTUPINFO startup;
  PROCESS_INFORMATION information;
  memset(&startup, 0, sizeof startup);
  startup.cb = sizeof startup;
  _stprintf_s(line, 1024, _T("\"%s\" %s"), program, role);
  EXPECT(RtCreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information));
  if (pid != NULL) *pid = information.dwProcessId;
  CloseHandle(information.hThread);
  return information.hProcess;
}

/* As programs do that know no wait on a process. */
static DWORD poll_for_exit(HANDLE process) {
  DWORD code = STILL_ACTIVE;
  for (int i = 0; i < LONGEST_WAIT; ++i) {
    EXPECT(RtGetExitCodeProcess(process, &code));
    if (code != STILL_ACTIVE) break;
    Sleep(1);
  }
  return code;
}

#endif
