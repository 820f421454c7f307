/** @file
 * The event log is the system log: journalctl, or /var/log/syslog.
 */
#ifndef RTAPI_COMPAT_EVENT_LOG_H
#define RTAPI_COMPAT_EVENT_LOG_H

#include <stdlib.h>
#include <string.h>

#include "rtapi_compat/text.h"

#define EVENTLOG_SUCCESS 0u
#define EVENTLOG_ERROR_TYPE 1u
#define EVENTLOG_WARNING_TYPE 2u
#define EVENTLOG_INFORMATION_TYPE 4u

/* The handle is a copy of the source's name, which each line begins with. */
static inline HANDLE RegisterEventSourceA(LPCSTR server, LPCSTR source) {
  (void)server;
  char* const name = source == NULL ? NULL : strdup(source);
  if (name == NULL) SetLastError(source == NULL ? ERROR_INVALID_PARAMETER : ERROR_NOT_ENOUGH_MEMORY);
  return name;
}
static inline HANDLE RegisterEventSourceW(LPCWSTR server, LPCWSTR source) {
  char name[512];
  (void)server;
  if (source != NULL && rtapi_compat_utf8(source, name, sizeof name)) return RegisterEventSourceA(NULL, name);
  SetLastError(ERROR_INVALID_PARAMETER);
  return NULL;
}
static inline BOOL DeregisterEventSource(HANDLE source) {
  free(source);
  return TRUE;
}
RTSS_BEGIN_DECLS
/* One line for each string. */
BOOL ReportEventA(HANDLE source, WORD type, WORD category, DWORD id, PVOID user, WORD count, DWORD size,
                  LPCSTR* strings, LPVOID data);
RTSS_END_DECLS
static inline BOOL ReportEventW(HANDLE source, WORD type, WORD category, DWORD id, PVOID user, WORD count, DWORD size,
                                LPCWSTR* strings, LPVOID data) {
  for (WORD i = 0; i < count; ++i) {
    char line[2048];
    LPCSTR text = line;
    if (!rtapi_compat_utf8(strings[i], line, sizeof line)) text = "(text that is not valid)";
    if (!ReportEventA(source, type, category, id, user, 1, size, &text, data)) return FALSE;
  }
  return TRUE;
}

#ifdef UNICODE
#define RegisterEventSource RegisterEventSourceW
#define ReportEvent ReportEventW
#else
#define RegisterEventSource RegisterEventSourceA
#define ReportEvent ReportEventA
#endif

#endif
