// wmain, whatever UNICODE says. Also built with -fshort-wchar.
#include <windows.h>

#include "expect.h"

int wmain(int argc, wchar_t* argv[]) {
  EXPECT(argc == 3 && wcslen(argv[2]) == 9 && wcscmp(argv[2], L"zwei drei") == 0 && wcscmp(argv[1], L"one") == 0);
  ALL_AS_EXPECTED();
  return 0;
}
