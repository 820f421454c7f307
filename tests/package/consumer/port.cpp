// A program in RTX's style: flags, headers and entry point come from Rtapi::compat alone.
#ifndef UNDER_RTSS
#error "Rtapi::compat defines UNDER_RTSS"
#endif
#include <RtApi.h>
#include <Windows.h>
#include <tchar.h>

int _tmain(int argc, _TCHAR**) {
  HANDLE event = RtCreateEvent(NULL, TRUE, TRUE, NULL);
  if (argc != 1 || RtWaitForSingleObject(event, 0) != WAIT_OBJECT_0) ExitProcess(1);
  CloseHandle(event);
  RtPrintf("consumer: every object worked");
  ExitProcess(0);
}
