/* What MSVC's library has beyond C's: the names, and what they answer. Also compiled as C++: crt_names_cpp.cpp. */
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static int formatted_length(const char* format, ...) {
  va_list arguments;
  int length;
  va_start(arguments, format);
  length = _vscprintf(format, arguments);
  va_end(arguments);
  return length;
}

static void numbers(void) {
  char text[70];
  WCHAR wide[70];
  EXPECT(strcmp(_itoa(-42, text, 10), "-42") == 0 && strcmp(_itoa(-1, text, 16), "ffffffff") == 0);
  EXPECT(strcmp(_itoa(-2147483647 - 1, text, 10), "-2147483648") == 0 && strcmp(_ltoa(35, text, 36), "z") == 0);
  EXPECT(strcmp(_ultoa(4294967295u, text, 10), "4294967295") == 0 && strcmp(_itoa(0, text, 2), "0") == 0);
  EXPECT(strcmp(_i64toa(-9223372036854775807LL - 1, text, 10), "-9223372036854775808") == 0);
  EXPECT(strlen(_ui64toa(~0ULL, text, 2)) == 64 && wcscmp(_itow(-7, wide, 10), L"-7") == 0);
  EXPECT(_itoa_s(1234, text, 5, 10) == 0 && strcmp(text, "1234") == 0);
  EXPECT(_itoa_s(-1234, text, 5, 10) == ERANGE && errno == ERANGE && text[0] == '\0');
  EXPECT(_itoa_s(1, text, 5, 37) == EINVAL && _itoa_s(1, NULL, 5, 10) == EINVAL);
  EXPECT(_atoi64(" -9000000000x") == -9000000000LL && _strtoui64("ffffffffff", NULL, 16) == 0xffffffffffULL);
  EXPECT(__max(3, 4) == 4 && __min(3, 4) == 3 && min(3, 4) == 3 && max(3, 4) == 4);
  EXPECT(_finite(1.0) && !_finite(1e308 * 10) && _isnan(strtod("nan", NULL)) && !_isnan(1.0));
}

static void bounded_text(void) {
  char text[8] = "ab", list[] = ",,one,two,", lower[] = "MiXed1";
  WCHAR wide[8] = L"ab", wide_list[] = L"x y";
  char *rest = NULL, *token;
  WCHAR* wide_rest = NULL;
  EXPECT(strncat_s(text, sizeof text, "cdefgh", 2) == 0 && strcmp(text, "abcd") == 0);
  EXPECT(strncat_s(text, sizeof text, "efghij", _TRUNCATE) == STRUNCATE && strcmp(text, "abcdefg") == 0);
  EXPECT(strncat_s(text, sizeof text, "h", 1) == ERANGE && errno == ERANGE && text[0] == '\0');
  EXPECT(wcsncpy_s(wide, 8, L"abcdefgh", 3) == 0 && wcscmp(wide, L"abc") == 0);
  EXPECT(wcsncat_s(wide, 8, L"de", 2) == 0 && wcscmp(wide, L"abcde") == 0);
  token = strtok_s(list, ",", &rest);
  EXPECT(token != NULL && strcmp(token, "one") == 0);
  token = strtok_s(NULL, ",", &rest);
  EXPECT(token != NULL && strcmp(token, "two") == 0 && strtok_s(NULL, ",", &rest) == NULL);
  EXPECT(strtok_s(NULL, ",", &rest) == NULL);
  EXPECT(wcscmp(wcstok_s(wide_list, L" ", &wide_rest), L"x") == 0 && wcscmp(wide_rest, L"y") == 0);
  EXPECT(strcmp(_strlwr(lower), "mixed1") == 0 && strcmp(_strupr(lower), "MIXED1") == 0);
  EXPECT(_strlwr_s(lower, 3) == EINVAL && _strlwr_s(lower, sizeof lower) == 0 && strcmp(lower, "mixed1") == 0);
  strcpy(text, "012345");
  EXPECT(memmove_s(text + 1, 7, text, 5) == 0 && strcmp(text, "001234") == 0);
  EXPECT(memmove_s(text, 2, "abc", 3) == ERANGE && memmove_s(NULL, 2, "abc", 3) == EINVAL && text[0] == '0');
  EXPECT(_wcsicmp(L"Axis", L"aXIS") == 0 && _wcsicmp(L"a", L"b") < 0);
}

static void formatted(void) {
  char text[8];
  WCHAR wide[8];
  EXPECT(_scprintf("%I64d", 12345678901LL) == 11 && formatted_length("%s-%d", "ab", 7) == 4);
  EXPECT(_scwprintf(L"%s", L"wide") == 4);
  EXPECT(_snprintf_s(text, sizeof text, _TRUNCATE, "%s", "abcdefgh") == -1 && strcmp(text, "abcdefg") == 0);
  EXPECT(_snprintf_s(text, sizeof text, 3, "%s", "abcdefgh") == -1 && strcmp(text, "abc") == 0);
  EXPECT(_snprintf_s(text, sizeof text, 7, "%s", "abcdefg") == 7 && strcmp(text, "abcdefg") == 0);
  EXPECT(_snprintf_s(text, sizeof text, 99, "%s", "abcdefgh") == -1 && errno == ERANGE && text[0] == '\0');
  EXPECT(_snwprintf_s(wide, 8, _TRUNCATE, L"%s", L"abcdefgh") == -1 && wcscmp(wide, L"abcdefg") == 0);
}

static void converted(void) {
  char narrow[16];
  WCHAR wide[16];
  size_t count = 0;
  EXPECT(wcstombs_s(&count, narrow, sizeof narrow, L"Gr\u00fc\u00dfe", _TRUNCATE) == 0 && count == 8);
  EXPECT(strcmp(narrow,
                "Gr\xc3\xbc\xc3\x9f"
                "e") == 0);
  EXPECT(mbstowcs_s(&count, wide, 16, narrow, _TRUNCATE) == 0 && count == 6 && wcscmp(wide, L"Gr\u00fc\u00dfe") == 0);
  EXPECT(mbstowcs_s(&count, wide, 3, narrow, 15) == ERANGE && wide[0] == 0);
  EXPECT(mbstowcs_s(&count, wide, 3, narrow, _TRUNCATE) == STRUNCATE && wcscmp(wide, L"Gr") == 0);
  EXPECT(mbstowcs_s(&count, NULL, 0, narrow, 0) == 0 && count == 6);
}

static void times(void) {
  const time_t moment = 86400;
  struct tm parts;
  char text[26];
  EXPECT(gmtime_s(&parts, &moment) == 0 && parts.tm_mday == 2 && localtime_s(&parts, NULL) == EINVAL);
  EXPECT(asctime_s(text, sizeof text, &parts) == 0 && strcmp(text, "Fri Jan  2 00:00:00 1970\n") == 0);
  EXPECT(asctime_s(text, 25, &parts) == EINVAL && text[0] == '\0' && localtime_s(&parts, &moment) == 0);
}

static void generic(void) {
  TCHAR text[16], number[16];
  TCHAR* rest = NULL;
  EXPECT(_tcsncpy_s(text, 16, _T("a b"), 3) == 0 && _tcscmp(_tcstok_s(text, _T(" "), &rest), _T("a")) == 0);
  EXPECT(_sntprintf_s(text, 16, _TRUNCATE, _T("%d"), 5) == 1 && _tcsicmp(_T("AB"), _T("ab")) == 0);
  EXPECT(_tcscmp(_itot(12, number, 10), _T("12")) == 0 && _ttoi(number) == 12 && _sctprintf(_T("%d"), 123) == 3);
  EXPECT(_tcsncat_s(text, 16, _T("xyz"), 1) == 0 && _tcscmp(text, _T("5x")) == 0 && _tcsrchr(text, 'x') == text + 1);
  EXPECT(_tcscmp(_tcsupr(text), _T("5X")) == 0 && _tstof(_T("1.5")) == 1.5);
}

static void names(void) {
  static LONG counter = 0;
  LONGLONG array[3];
  HRESULT bad = E_FAIL;
  EXPECT(_InterlockedIncrement(&counter) == 1 && _InterlockedCompareExchange(&counter, 5, 1) == 1 && counter == 5);
  EXPECT(ARRAYSIZE(array) == 3 && SUCCEEDED(S_FALSE) && FAILED(bad) && sizeof(POINT) == 8 && sizeof(RECT) == 16);
  EXPECT(DLL_PROCESS_ATTACH == 1 && sizeof(OVERLAPPED) == 32 && FIELD_OFFSET(OVERLAPPED, hEvent) == 24);
}

int main(void) {
  numbers();
  bounded_text();
  formatted();
  converted();
  times();
  generic();
  names();
  ALL_AS_EXPECTED();
  return 0;
}
