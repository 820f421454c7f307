/* Formatted output. */
#include <math.h>
#include <wchar.h>

#include "oracle.h"

static void integers(void) {
  static const char* const formats[] = {"%d",     "%5d|",    "%-5d|", "%05d", "%+d", "% d",   "%.3d",
                                        "%8.4d|", "%-8.4d|", "%i",    "%x",   "%X",  "%#x",   "%08X",
                                        "%o",     "%#o",     "%u",    "%hd",  "%hu", "%I32d", "%ld",
                                        "%lu",    "%lx",     "%+.0d", "%.0d", "%#X", "%+5d",  "%-+5d|"};
  static const int values[] = {0, 1, -1, 42, -32769, 2147483647, -2147483647 - 1};
  for (int f = 0; f < COUNT(formats); ++f) {
    for (int v = 0; v < COUNT(values); ++v) {
      char text[128], name[64];
      sprintf(name, "%s of %d", formats[f], values[v]);
      const int length = sprintf(text, formats[f], values[v]);
      answer("sprintf", name, "%d '%s'", length, text);
    }
  }
}

static void long_integers(void) {
  static const char* const formats[] = {"%I64d",    "%lld", "%I64u", "%I64x", "%llX",
                                        "%020I64d", "%Id",  "%Iu",   "%Ix",   "%-22I64d|"};
  static const long long values[] = {0, -1, 1LL << 40, 9223372036854775807LL, -9223372036854775807LL - 1};
  static const char* const names[] = {"0", "-1", "2^40", "2^63-1", "-2^63"};
  for (int f = 0; f < COUNT(formats); ++f) {
    for (int v = 0; v < COUNT(values); ++v) {
      char text[128], name[64];
      sprintf(name, "%s of %s", formats[f], names[v]);
      const int length = sprintf(text, formats[f], values[v]);
      answer("sprintf", name, "%d '%s'", length, text);
    }
  }
}

static void reals(void) {
  static const char* const formats[] = {"%f",      "%e",       "%g",   "%E",      "%G",      "%.0f",    "%.2f",
                                        "%10.3e|", "%-12.4g|", "%+f",  "%012.3f", "%#g",     "%.10g",   "%Lf",
                                        "%lf",     "%#.0f",    "%.0e", "% .1f",   "%10.1f|", "%-10.1e|"};
  const double infinity = HUGE_VAL;
  const double values[] = {0.0, 1.5, -2.75, 0.1, 1e10, 1e-10, 1e100, 123456789.125, infinity, -infinity};
  static const char* const names[] = {"0",     "1.5",   "-2.75",         "0.1", "1e10",
                                      "1e-10", "1e100", "123456789.125", "inf", "-inf"};
  for (int f = 0; f < COUNT(formats); ++f) {
    for (int v = 0; v < COUNT(values); ++v) {
      char text[512], name[64];
      sprintf(name, "%s of %s", formats[f], names[v]);
      const int length = sprintf(text, formats[f], values[v]);
      answer("sprintf", name, "%d '%s'", length, text);
    }
  }
}

static void texts(void) {
  static const char* const narrow[] = {"%s", "%10s|", "%-10s|", "%.2s|", "%10.2s|", "%-10.2s|", "%hs", "%010s|"};
  static const char* const wide[] = {"%S", "%ws", "%ls", "%10S|", "%-10ls|", "%.2ws|"};
  char text[128];
  wchar_t wide_text[128];
  for (int f = 0; f < COUNT(narrow); ++f) {
    const int length = sprintf(text, narrow[f], "axis");
    answer("sprintf", narrow[f], "%d '%s'", length, text);
  }
  for (int f = 0; f < COUNT(wide); ++f) {
    const int length = sprintf(text, wide[f], L"axis");
    answer("sprintf wide text", wide[f], "%d '%s'", length, text);
  }
  answer("sprintf", "%c%C%%", "%d '%s'", sprintf(text, "%c%C%%", 'a', L'b'), text);
  answer("sprintf", "%5c|%-5c|", "%d '%s'", sprintf(text, "%5c|%-5c|", 'a', 'b'), text);
  answer("sprintf", "%s of NULL", "%d '%s'", sprintf(text, "%s", (char*)NULL), text);
  answer("sprintf", "%S of NULL", "%d '%s'", sprintf(text, "%S", (wchar_t*)NULL), text);
  answer("sprintf", "%.3s of NULL", "%d '%s'", sprintf(text, "%.3s", (char*)NULL), text);
  answer("sprintf", "%p", "%d '%s'", sprintf(text, "%p", (void*)0x12ab), text);
  answer("sprintf", "%*d", "%d '%s'", sprintf(text, "%*d|%-*d|%.*f", 5, 1, 5, 2, 1, 2.25), text);
  answer("sprintf", "%*d negative", "%d '%s'", sprintf(text, "%*d|", -5, 1), text);
  static const wchar_t* const wide_formats[] = {L"%s", L"%10s|", L"%ls", L"%ws"};
  for (int f = 0; f < COUNT(wide_formats); ++f) {
    const int length = _snwprintf(wide_text, 128, wide_formats[f], L"axis");
    sprintf(text, "%S", wide_formats[f]);
    answer("_snwprintf", text, "%d '%S'", length, wide_text);
  }
  answer("_snwprintf", "%S", "%d '%S'", _snwprintf(wide_text, 128, L"%S", "axis"), wide_text);
  answer("_snwprintf", "%hs", "%d '%S'", _snwprintf(wide_text, 128, L"%hs", "axis"), wide_text);
  answer("_snwprintf", "%d %I64d", "%d '%S'", _snwprintf(wide_text, 128, L"%d %I64d", -1, 1LL << 40), wide_text);
}

static void bounds(void) {
  for (int size = 0; size <= 8; ++size) {
    char text[16] = "###############", name[32];
    wchar_t wide[16] = L"###############";
    const int length = _snprintf(text, (size_t)size, "%s", "axis 7");
    text[15] = 0;
    for (int i = 0; i < 15; ++i)
      if (text[i] == 0) text[i] = '0';
    sprintf(name, "6 characters into %d", size);
    answer("_snprintf", name, "%d '%s'", length, text);
    const int wide_length = _snwprintf(wide, (size_t)size, L"%s", L"axis 7");
    for (int i = 0; i < 15; ++i)
      if (wide[i] == 0) wide[i] = L'0';
    answer("_snwprintf", name, "%d '%S'", wide_length, wide);
  }
  answer("_snprintf", "into NULL", "%d", _snprintf(NULL, 0, "%d", 12345));
  answer("_snwprintf", "into NULL", "%d", _snwprintf(NULL, 0, L"%d", 12345));
}

void text_cases(void) {
  integers();
  long_integers();
  reals();
  texts();
  bounds();
}
