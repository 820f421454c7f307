/* Formats of the Microsoft C library, from RtPrintf and from the program's own printf family; object names made by
 * them at run time. Also built with -fshort-wchar. */
#include <math.h>
#include <rtapi.h>
#include <stdio.h>
#include <string.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static void printed_to_a_file(void) {
  char line[600] = {0};
  char wide_enough[600];
  FILE* const file = tmpfile();
  EXPECT(file != NULL);
  EXPECT(fprintf(file, "%I64d|%8.8X|%ws|%lu\n", -5000000000LL, 0xabcd, L"wide", (DWORD)-1) == 37);
  EXPECT(fprintf(file, "%550d", 1) == 550);
  EXPECT(fwprintf(file, L"%s %S\n", L"wide", "narrow") == 12); /* and narrow text goes on */
  EXPECT(fprintf(file, "end\n") == 4);
  rewind(file);
  EXPECT(fgets(line, sizeof line, file) != NULL);
  EXPECT(strcmp(line, "-5000000000|0000ABCD|wide|4294967295\n") == 0 || (RtPrintf("%s", line), 0));
  EXPECT(fread(wide_enough, 1, 550, file) == 550 && wide_enough[549] == '1');
  EXPECT(fgets(line, sizeof line, file) != NULL && strcmp(line, "wide narrow\n") == 0);
  EXPECT(fgets(line, sizeof line, file) != NULL && strcmp(line, "end\n") == 0);
  fclose(file);
}

static void printed_to_memory(void) {
  char text[64];
  wchar_t wide[64];
  EXPECT(sprintf(text, "%lld %ld %S %p", 1LL << 40, (LONG)-2, L"w", (void*)0x12) == 35);
  EXPECT(strcmp(text, "1099511627776 -2 w 0000000000000012") == 0);
  EXPECT(snprintf(text, 4, "%d", 123456) == 6 && strcmp(text, "123") == 0);
  EXPECT(swprintf(wide, 64, L"%s %S %I64u", L"plain is wide", "narrow", 1ULL << 63) == 40);
  EXPECT(wcscmp(wide, L"plain is wide narrow 9223372036854775808") == 0);
  EXPECT(swprintf(wide, 4, L"too long") == -1);
}

/* The form of swprintf that asks for no size. */
static void printed_to_memory_of_no_size(void) {
  const wchar_t* const format = L"Axis %d %S";
  const size_t size = 64;
  wchar_t wide[64];
  TCHAR text[64];
  EXPECT(swprintf(wide, L"no more") == 7 && wcscmp(wide, L"no more") == 0);
  EXPECT(swprintf(wide, format, 3, "on") == 9 && wcscmp(wide, L"Axis 3 on") == 0);
  EXPECT(swprintf(wide, size, format, 4, "off") == 10 && wcscmp(wide, L"Axis 4 off") == 0);
  EXPECT(_stprintf(text, _T("%s %I64d"), _T("Axis"), 1LL << 40) == 18);
  EXPECT(_tcscmp(text, _T("Axis 1099511627776")) == 0);
}

/* What programs log through. */
static int logged(TCHAR* line, size_t size, BOOL bounded, const TCHAR* format, ...) {
  va_list arguments;
  int length;
  va_start(arguments, format);
  length = bounded ? _vsntprintf(line, size, format, arguments) : _vstprintf(line, format, arguments);
  va_end(arguments);
  return length;
}
static int narrowly_logged(char* line, const char* format, ...) {
  va_list arguments;
  int length;
  va_start(arguments, format);
  length = vsprintf(line, format, arguments);
  va_end(arguments);
  return length;
}
static void logged_by_a_wrapper(void) {
  TCHAR line[64];
  char narrow[64];
  EXPECT(narrowly_logged(narrow, "%I64d %ws %ld", 1LL << 40, L"wide", (LONG)-1) == 21);
  EXPECT(strcmp(narrow, "1099511627776 wide -1") == 0);
  EXPECT(logged(line, 64, FALSE, _T("%s %I64d"), _T("text"), -5LL) == 7 && _tcscmp(line, _T("text -5")) == 0);
  EXPECT(logged(line, 64, TRUE, _T("%s %I64d"), _T("text"), -6LL) == 7 && _tcscmp(line, _T("text -6")) == 0);
  EXPECT(logged(line, 4, TRUE, _T("%s %I64d"), _T("text"), -7LL) == -1 && line[4] == _T(' '));
}

/* Behind each number lies another that must stay as it is. */
static void scanned(void) {
  LONG numbers[2] = {0, 77};
  ULONG unsigned_numbers[2] = {0, 77};
  __int64 long_number = 0;
  double real = 0;
  char word[16] = {0};
  EXPECT(sscanf("-5 4294967295 x", "%ld %lu", &numbers[0], &unsigned_numbers[0]) == 2);
  EXPECT(numbers[0] == -5 && numbers[1] == 77 && unsigned_numbers[0] == 0xFFFFFFFF && unsigned_numbers[1] == 77);
  EXPECT(sscanf("1099511627776 % 2.5 l]", "%I64d %% %lf %15[]l%ld]", &long_number, &real, word) == 3);
  EXPECT(long_number == 1LL << 40 && real == 2.5 && strcmp(word, "l]") == 0);
  EXPECT(sscanf_s("7 8", "%*ld %li", &numbers[0]) == 1 && numbers[0] == 8 && numbers[1] == 77);
  EXPECT(sscanf("1", "%", word) <= 0 && sscanf("", "%ld", &numbers[0]) == EOF);
}

/* A size follows each pointer to text. Behind each buffer lies another that must stay as it is. */
static void scanned_with_sizes(void) {
  char word[2][8] = {"", "guard"};
  char letters[3] = {0};
  wchar_t wide[2][8] = {L"", L"guard"};
  LONG number = 0;
  FILE* const file = tmpfile();
  EXPECT(sscanf_s("abc 12 xy", "%s %ld %2c", word[0], 8, &number, letters, 2) == 3);
  EXPECT(strcmp(word[0], "abc") == 0 && number == 12 && strcmp(letters, "xy") == 0);
  EXPECT(sscanf_s("1234567,89", "%[0-9],%ld", word[0], 8, &number) == 2 && strcmp(word[0], "1234567") == 0);
  EXPECT(sscanf_s("wide 3", "%S %ld", wide[0], _countof(wide[0]), &number) == 2 && wcscmp(wide[0], L"wide") == 0);
  EXPECT(sscanf_s("a b 4", "%*s %4s%*c%ld", word[0], 5, &number) == 2 && strcmp(word[0], "b") == 0 && number == 4);

  EXPECT(sscanf_s("5 too long by far", "%ld %3[to] %s %s", &number, word[0], 8, letters, 3, word[0], 8) == 2);
  EXPECT(strcmp(word[0], "too") == 0 && letters[0] == '\0'); /* the one that did not fit, and none behind it */
  EXPECT(sscanf_s("12345678", "%s", word[0], 8) == 0 && word[0][0] == '\0');
  EXPECT(sscanf_s("12345678", "%S", wide[0], 8) == 0 && wide[0][0] == 0);
  EXPECT(sscanf_s("1 z", "%ld %C", &number, wide[0], 1) == 2 && wide[0][0] == L'z');
  EXPECT(sscanf_s("xyz", "%3c", letters, 2) <= 0 && sscanf_s("x", "%s", letters, 0) == 0);
  EXPECT(sscanf_s("", "%s", word[0], 8) == EOF);
  EXPECT(strcmp(word[1], "guard") == 0 && wcscmp(wide[1], L"guard") == 0);

  EXPECT(file != NULL && fprintf(file, "%s %d", "line", 7) == 6);
  rewind(file);
  EXPECT(fscanf_s(file, "%s %ld", word[0], 8, &number) == 2 && strcmp(word[0], "line") == 0 && number == 7);
  fclose(file);
}

/* What fits exactly fits; a null buffer asks for the length. What lies behind the buffer stays. */
static void printed_within_bounds(void) {
  char text[8] = "#######";
  wchar_t wide[8] = L"#######";
  EXPECT(_snprintf(NULL, 0, "%s %d", "axis", 12) == 7 && _snwprintf(NULL, 0, L"%d", 12345) == 5);
  EXPECT(_snprintf(text, 4, "%s", "abcd") == 4 && memcmp(text, "abcd###", 8) == 0);
  EXPECT(_snprintf(text, 4, "%s", "vwxyz") == -1 && memcmp(text, "vwxy###", 8) == 0);
  EXPECT(_snprintf(text, 4, "%s", "abc") == 3 && memcmp(text, "abc\0###", 8) == 0);
  EXPECT(_snwprintf(wide, 4, L"%s", L"abcd") == 4 && memcmp(wide, L"abcd###", sizeof wide) == 0);
  EXPECT(_snwprintf(wide, 4, L"%s", L"abcde") == -1 && wide[3] == L'd' && wide[4] == L'#');
  EXPECT(sprintf(text, "%.1Lf %Lg", 2.5, 7.0) == 5 && strcmp(text, "2.5 7") == 0); /* a long double is a double */
}

/* The _s calls say what failed twice over: as a result and in errno. */
static void failures_are_in_errno(void) {
  char text[4];
  wchar_t wide[4];
  errno = 0;
  EXPECT(strncpy_s(text, sizeof text, "abcdef", _TRUNCATE) == STRUNCATE && strcmp(text, "abc") == 0 && errno == 0);
  EXPECT(wcsncpy_s(wide, 4, L"abcdef", _TRUNCATE) == STRUNCATE && wcscmp(wide, L"abc") == 0 && errno == 0);
  EXPECT(strncpy_s(text, sizeof text, "abc", _TRUNCATE) == 0 && strncpy_s(text, sizeof text, "abcdef", 3) == 0);
  EXPECT(strcpy_s(text, sizeof text, "abcd") == ERANGE && errno == ERANGE && text[0] == 0);
  EXPECT(strcpy_s(text, sizeof text, NULL) == EINVAL && errno == EINVAL);
  errno = 0;
  EXPECT(strncpy_s(text, sizeof text, "abcdef", 4) == ERANGE && errno == ERANGE && text[0] == 0);
  EXPECT(strcat_s(text, sizeof text, NULL) == EINVAL && errno == EINVAL);
  EXPECT(memcpy_s(text, sizeof text, "abcdef", 6) == ERANGE && errno == ERANGE && text[0] == 0);
  EXPECT(sprintf_s(NULL, 4, "x") == -1 && errno == EINVAL);
  EXPECT(sprintf_s(text, sizeof text, "%d", 12345) == -1 && errno == ERANGE && text[0] == 0);
  EXPECT(swprintf_s(wide, 4, L"%d", 12345) == -1 && errno == ERANGE && wide[0] == 0);
}

/* Widths that the C library has otherwise: what lies behind each target stays as it is. */
static void scanned_by_other_widths(void) {
  SSIZE_T sizes[2] = {-1, 77};
  double reals[2] = {0, 77};
  wchar_t wide[2][8] = {L"", L"guard"};
  char narrow[8];
  int number = 5, number2 = 6;
  EXPECT(sscanf("1099511627776", "%Id", &sizes[0]) == 1 && sizes[0] == (SSIZE_T)1 << 40 && sizes[1] == 77);
  EXPECT(sscanf("ffffffffff", "%Ix", &sizes[0]) == 1 && sizes[0] == 0xffffffffff && sizes[1] == 77);
  EXPECT(sscanf("8", "%Iu", &sizes[0]) == 1 && sizes[0] == 8 && sizes[1] == 77);
  EXPECT(sscanf("2.5", "%Lf", &reals[0]) == 1 && reals[0] == 2.5 && reals[1] == 77);
  EXPECT(sscanf("-1e3", "%Lg", &reals[0]) == 1 && reals[0] == -1000 && reals[1] == 77);
  EXPECT(sscanf("wide", "%ws", wide[0]) == 1 && wcscmp(wide[0], L"wide") == 0);
  EXPECT(sscanf("text", "%S", wide[0]) == 1 && wcscmp(wide[0], L"text") == 0);
  EXPECT(sscanf("abc]", "%l[a-c]", wide[0]) == 1 && wcscmp(wide[0], L"abc") == 0 && wcscmp(wide[1], L"guard") == 0);
  EXPECT(swscanf(L"axis 7", L"%s %d", wide[0], &number) == 2 && wcscmp(wide[0], L"axis") == 0 && number == 7);
  EXPECT(swscanf(L"axis", L"%hs", narrow) == 1 && strcmp(narrow, "axis") == 0);
  EXPECT(sscanf_s("toolong 9 8", "%s %d %d", narrow, 4, &number, &number2) == 0 && number == 7 && number2 == 6);
}

/* A long has 32 bits there, and random numbers 15, from a generator that ported programs have come to rely on. */
static void numbers_of_a_short_long(void) {
  char* end;
  char text[64];
  volatile double infinity = HUGE_VAL;
  errno = 0;
  EXPECT(strtol("-2147483648", NULL, 10) == -2147483647 - 1 && strtoul("4294967295", NULL, 0) == 0xffffffffu &&
         errno == 0);
  EXPECT(strtol("2147483648", &end, 10) == 2147483647 && errno == ERANGE && *end == 0);
  EXPECT(strtoul("-1", NULL, 10) == 0xffffffffu && strtol("-9999999999", NULL, 10) == -2147483647 - 1);
  EXPECT(strtoul("4294967296", NULL, 10) == 0xffffffffu && atol("3000000000") == 2147483647);
  srand(1);
  EXPECT(rand() == 41 && rand() == 18467 && rand() == 6334 && RAND_MAX == 32767);
  EXPECT(sprintf(text, "%e %g %f %a", 1.5, 1e100, infinity, 1.5) > 0);
#ifdef RTAPI_MSVCRT
  EXPECT(strcmp(text, "1.500000e+000 1e+100 1.#INF00 0x1.8000000000000p+0") == 0);
  EXPECT(sprintf(text, "%012.2e|%-12.1e|%+g", 2.5, -2.5e9, -infinity) == 33);
  EXPECT(strcmp(text, "0002.50e+000|-2.5e+009   |-1.#INF") == 0);
#else
  EXPECT(strcmp(text, "1.500000e+00 1e+100 inf 0x1.8000000000000p+0") == 0);
  EXPECT(sprintf(text, "%f %G %g", infinity - infinity, -infinity, -(infinity - infinity)) == 18);
  EXPECT(strcmp(text, "-nan(ind) -INF nan") == 0 || (RtPrintf("%s", text), 0));
#endif
}

/* "Load Cell 1 Initialized": a name in pieces, as long-lived programs make them. */
static void names_made_at_run_time(void) {
  TCHAR name[64];
  TCHAR again[64];
  for (int i = 0; i < 3; ++i) {
    HANDLE made, found;
    EXPECT(_stprintf_s(name, 64, _T("%s %d %s"), _T("Load Cell"), i, _T("Initialized")) == 23);
    _tcscpy(again, _T("Load Cell "));
    again[10] = (TCHAR)(_T('0') + i);
    again[11] = 0;
    _tcscat(again, _T(" Initialized"));
    EXPECT(_tcscmp(name, again) == 0 && _tcslen(again) == 23);
    made = RtCreateEvent(NULL, TRUE, FALSE, name);
    found = RtOpenEvent(EVENT_ALL_ACCESS, FALSE, again);
    EXPECT(made != NULL && found != NULL);
    EXPECT(RtCloseHandle(made) && RtCloseHandle(found));
  }
}

void _tmain(int argc, _TCHAR* argv[]) {
  EXPECT(argc == 3 && _tcscmp(argv[1], _T("one")) == 0 && _tcslen(argv[2]) == 9);
  printed_to_a_file();
  printed_to_memory();
  printed_to_memory_of_no_size();
  logged_by_a_wrapper();
  scanned();
  scanned_with_sizes();
  scanned_by_other_widths();
  printed_within_bounds();
  failures_are_in_errno();
  numbers_of_a_short_long();
  names_made_at_run_time();
  RtWprintf(L"%s of a wide format, %d\n", L"plain text", 3);
  wprintf(L"%s\n", L"wprintf");
  printf("%ws, %I64d, %ld\n", L"all three", 1LL << 40, (LONG)-1);
  fflush(stdout);
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
