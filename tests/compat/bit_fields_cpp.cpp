// The same layouts in C++, and those of classes.
#include "bit_fields.c"
