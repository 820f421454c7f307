/** @file
 * Generic text: TCHAR and the _t names, wide when UNICODE is defined.
 */
#ifndef RTAPI_COMPAT_TCHAR_H
#define RTAPI_COMPAT_TCHAR_H

#include "windows.h"

typedef TCHAR _TCHAR;
typedef CONST TCHAR* _PCTSTR;

#define _T(text) __TEXT(text)
#define _TEXT(text) __TEXT(text)

#ifdef UNICODE
#define _tmain wmain
#define _tprintf RtWprintf
#define _stprintf _swprintf
#define _vstprintf _vswprintf
#define _stprintf_s swprintf_s
#define _vstprintf_s vswprintf_s
#define _sntprintf _snwprintf
#define _vsntprintf _vsnwprintf
#define _tcslen wcslen
#define _tcscpy wcscpy
#define _tcscat wcscat
#define _tcscmp wcscmp
#define _tcsncpy wcsncpy
#define _tcschr wcschr
#define _tcsstr wcsstr
#define _tcscpy_s wcscpy_s
#define _tcscat_s wcscat_s
#define _ttoi RtWtoi
#else
#define _tmain main
#define _tprintf RtPrintf
#define _stprintf sprintf
#define _vstprintf vsprintf
#define _stprintf_s sprintf_s
#define _vstprintf_s vsprintf_s
#define _sntprintf _snprintf
#define _vsntprintf _vsnprintf
#define _tcslen strlen
#define _tcscpy strcpy
#define _tcscat strcat
#define _tcscmp strcmp
#define _tcsncpy strncpy
#define _tcschr strchr
#define _tcsstr strstr
#define _tcscpy_s strcpy_s
#define _tcscat_s strcat_s
#define _ttoi RtAtoi
#endif

#endif
