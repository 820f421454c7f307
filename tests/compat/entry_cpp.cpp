// A void entry point with all three arguments, in C++.
#include <Rtapi.h>
#include <windows.h>

#include "expect.h"

void _cdecl main(int argc, char** argv, char** envp) {
  EXPECT(argc == 3 && argv[3] == NULL && envp[0] != NULL && _countof("three") == 6);
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
