/** @file
 * Ctrl-C and the other ways to end a console program, as Win32's handlers see them.
 */
#ifndef RTAPI_COMPAT_CONSOLE_CONTROL_H
#define RTAPI_COMPAT_CONSOLE_CONTROL_H

#include "rtapi_compat/types.h"

#define CTRL_C_EVENT 0u        /* SIGINT */
#define CTRL_BREAK_EVENT 1u    /* SIGQUIT */
#define CTRL_CLOSE_EVENT 2u    /* SIGHUP */
#define CTRL_LOGOFF_EVENT 5u   /* never */
#define CTRL_SHUTDOWN_EVENT 6u /* SIGTERM */

typedef BOOL(WINAPI* PHANDLER_ROUTINE)(DWORD event);

RTSS_BEGIN_DECLS

/* Adds or removes a routine. A thread of their own calls them, the last added first, until one returns TRUE; if none
 * does, the process ends with the signal. At most 16: ERROR_NOT_ENOUGH_MEMORY. Removing one that is not there is
 * ERROR_INVALID_PARAMETER. NULL ignores Ctrl-C, or no longer. They and RtAttachShutdownHandler exclude each other:
 * the one that was attached last gets the signals. */
BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL add);

RTSS_END_DECLS

#endif
