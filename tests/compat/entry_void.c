/* An entry point without arguments or result, as in many samples. */
#include <Rtapi.h>
#include <windows.h>

void _cdecl main() {
  RtPrintf("all as expected\n");
  ExitProcess(0);
}
