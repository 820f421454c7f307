// System calls for which glibc has no function, or none that fits.
#pragma once

#include <sys/syscall.h>

// unistd.h declares syscall() as never throwing, and a caller would have no place to unwind from when a thread is
// cancelled inside it. This is the same symbol, which may. An optimiser that sees both declarations believes the other
// one: the library uses this one everywhere.
extern "C" long rtss_system_call(long number, ...) __asm__("syscall");
