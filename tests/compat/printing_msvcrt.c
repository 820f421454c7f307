/* The same, printed as msvcrt.dll does. */
#define RTAPI_MSVCRT
#include "printing.c"
