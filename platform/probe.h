// Static probes of the provider "rtapi" for bpftrace, perf and SystemTap; rtss(1) lists them. Each is one no-operation
// and a note in the library's file. Where <sys/sdt.h> is missing at build time there are none.
#pragma once

#if __has_include(<sys/sdt.h>)
#include <sys/sdt.h>
#define RTSS_PROBE(name, first, second, third) STAP_PROBE3(rtapi, name, first, second, third)
#else
#define RTSS_PROBE(name, first, second, third) \
  (static_cast<void>(first), static_cast<void>(second), static_cast<void>(third))
#endif
