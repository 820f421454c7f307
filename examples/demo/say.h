/* Lines on the terminal, each written whole: programs that talk at the same time do not garble each other. */
#ifndef DEMO_SAY_H
#define DEMO_SAY_H

#include <rtapi.h>

long long now_ns(void); /* CLOCK_MONOTONIC */
void sleep_ms(DWORD milliseconds);

__attribute__((format(printf, 2, 3))) void say(const char* speaker, const char* format, ...);

/* Says which call failed, with its error code, and ends the program. */
__attribute__((noreturn)) void give_up(const char* call);

/* The handle, unless it is NULL: then gives up. */
HANDLE must(HANDLE handle, const char* call);

#endif
