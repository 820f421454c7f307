// win32_names.c as C++.
#include "win32_names.c"
