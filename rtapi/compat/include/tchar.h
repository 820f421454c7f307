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
#define _sntprintf_s _snwprintf_s
#define _vsntprintf_s _vsnwprintf_s
#define _sctprintf _scwprintf
#define _ftprintf fwprintf
#define _tcsncpy_s wcsncpy_s
#define _tcsncat_s wcsncat_s
#define _tcsncat wcsncat
#define _tcsncmp wcsncmp
#define _tcsicmp _wcsicmp
#define _tcsrchr wcsrchr
#define _tcstok_s wcstok_s
#define _tcslwr _wcslwr
#define _tcsupr _wcsupr
#define _tcsdup _wcsdup
#define _tcstol wcstol
#define _tcstoul wcstoul
#define _tcstod wcstod
#define _tstof(text) wcstod(text, NULL)
#define _tstoi RtWtoi
#define _itot _itow
#define _ltot _ltow
#define _i64tot _i64tow
#define _tfopen_s _wfopen_s
#define _tfopen _wfopen
#define _fgetts fgetws
#define _fputts fputws
#define _istdigit iswdigit
#define _istspace iswspace
#define _totlower towlower
#define _totupper towupper
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
#define _sntprintf_s _snprintf_s
#define _vsntprintf_s _vsnprintf_s
#define _sctprintf _scprintf
#define _ftprintf fprintf
#define _tcsncpy_s strncpy_s
#define _tcsncat_s strncat_s
#define _tcsncat strncat
#define _tcsncmp strncmp
#define _tcsicmp _stricmp
#define _tcsrchr strrchr
#define _tcstok_s strtok_s
#define _tcslwr _strlwr
#define _tcsupr _strupr
#define _tcsdup _strdup
#define _tcstol strtol
#define _tcstoul strtoul
#define _tcstod strtod
#define _tstof atof
#define _tstoi RtAtoi
#define _itot _itoa
#define _ltot _ltoa
#define _i64tot _i64toa
#define _tfopen_s fopen_s
#define _tfopen fopen
#define _fgetts fgets
#define _fputts fputs
#define _istdigit isdigit
#define _istspace isspace
#define _totlower tolower
#define _totupper toupper
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
