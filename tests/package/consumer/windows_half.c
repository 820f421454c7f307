#include <windows.h>
#ifdef UNDER_RTSS
#error "a header defines UNDER_RTSS"
#endif
DWORD windows_half(void) { return GetTickCount(); }
