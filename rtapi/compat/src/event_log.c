// The event log, as lines of the system log.
#include "rtapi_compat/event_log.h"

#include <syslog.h>

static int level_of(WORD type) {
  return type == EVENTLOG_ERROR_TYPE ? LOG_ERR : type == EVENTLOG_WARNING_TYPE ? LOG_WARNING : LOG_INFO;
}

BOOL ReportEventA(HANDLE source, WORD type, WORD category, DWORD id, PVOID user, WORD count, DWORD size,
                  LPCSTR* strings, LPVOID data) {
  (void)category;
  (void)user;
  (void)size;
  (void)data;
  if (source == NULL) {
    SetLastError(ERROR_INVALID_HANDLE);
    return FALSE;
  }
  for (WORD i = 0; i < count; ++i) {
    syslog(LOG_USER | level_of(type), "%s: event %u: %s", (const char*)source, id, strings[i]);
  }
  return TRUE;
}
