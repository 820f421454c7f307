/* Formatted input. Behind each target lies a pattern that must stay. */
#include "oracle.h"

static void integers(void) {
  static const struct {
    const char *text, *format;
  } cases[] = {{"42", "%d"},
               {"-42", "%d"},
               {"+7", "%d"},
               {"  7", "%d"},
               {"x", "%d"},
               {"", "%d"},
               {"0x1F", "%i"},
               {"017", "%i"},
               {"0x1F", "%x"},
               {"1F", "%x"},
               {"777", "%o"},
               {"12345", "%3d"},
               {"4294967295", "%u"},
               {"-1", "%u"},
               {"2147483647", "%ld"},
               {"70000", "%hd"},
               {"70000", "%hu"},
               {"5", "%hd"},
               {"8", "%I32d"},
               {"1099511627776", "%I64d"},
               {"-1", "%I64d"},
               {"1099511627776", "%lld"},
               {"9", "%Id"},
               {"ffffffffff", "%I64x"},
               {"ff", "%lx"},
               {"12abc", "%dabc"},
               {"12 abc", "%d abc%n"},
               {"7%", "%d%%"},
               {"7", "%*d"},
               {"1,2", "%*d,%d"},
               {"12", "%1d"},
               {"- 5", "%d"},
               {"0", "%i"},
               {"09", "%i"}};
  for (int i = 0; i < COUNT(cases); ++i) {
    unsigned char value[16];
    char name[64];
    long long first;
    memset(value, 0x5a, sizeof value);
    const int result = sscanf(cases[i].text, cases[i].format, value, value + 8);
    memcpy(&first, value, 8);
    sprintf(name, "'%s' by %s", cases[i].text, cases[i].format);
    answer("sscanf", name, "%d %x %x", result, (unsigned)first, (unsigned)((unsigned long long)first >> 32));
  }
}

static void reals(void) {
  static const char* const formats[] = {"%lf", "%Lf", "%lg", "%le"};
  static const char* const texts[] = {"1.5", "-2.5e3", "1e", ".5", "5.", "+0.25x", "abc", "1e-2", "00012.50", "1.5.2"};
  for (int f = 0; f < COUNT(formats); ++f) {
    for (int t = 0; t < COUNT(texts); ++t) {
      double values[2] = {-1, -2};
      char name[64];
      const int result = sscanf(texts[t], formats[f], &values[0]);
      sprintf(name, "'%s' by %s", texts[t], formats[f]);
      answer("sscanf", name, "%d %d %d", result, (int)(values[0] * 10000), (int)values[1]);
    }
  }
  for (int t = 0; t < COUNT(texts); ++t) {
    float values[2] = {-1, -2};
    char name[64];
    const int result = sscanf(texts[t], "%f", &values[0]);
    sprintf(name, "'%s' by %%f", texts[t]);
    answer("sscanf", name, "%d %d %d", result, (int)(values[0] * 10000), (int)values[1]);
  }
}

static void texts(void) {
  static const struct {
    const char *text, *format;
  } cases[] = {{"axis 7", "%s"}, {"  axis", "%s"},     {"axis", "%2s"},      {"", "%s"},           {"axis", "%c"},
               {"axis", "%3c"},  {"abc1", "%[a-c]"},   {"123abc", "%[0-9]"}, {"abc", "%[^c]"},     {"]x", "%[]]"},
               {"x", "%[0-9]"},  {"a-b", "%[a-]"},     {"axis", "%hs"},      {"axis,7", "%[^,],"}, {"  x", "%c"},
               {" x", " %c"},    {"abcdef", "%3[a-z]"}};
  for (int i = 0; i < COUNT(cases); ++i) {
    char text[32] = "################", name[64];
    const int result = sscanf(cases[i].text, cases[i].format, text);
    for (int k = 0; k < 16; ++k)
      if (text[k] == 0) text[k] = '0';
    sprintf(name, "'%s' by %s", cases[i].text, cases[i].format);
    answer("sscanf", name, "%d '%s'", result, text);
  }
  static const char* const wide[] = {"%S", "%ls", "%ws", "%2S", "%l[a-z]", "%lc"};
  for (int i = 0; i < COUNT(wide); ++i) {
    wchar_t text[16] = L"###############";
    const int result = sscanf("axis 7", wide[i], text);
    for (int k = 0; k < 15; ++k)
      if (text[k] == 0) text[k] = L'0';
    answer("sscanf wide text", wide[i], "%d '%S'", result, text);
  }
}

static void bounded(void) {
#define SCAN_S(input, format, size)                                                                  \
  do {                                                                                               \
    char text[16] = "###############";                                                               \
    int number = -1;                                                                                 \
    const int result = sscanf_s(input, format, text, (unsigned)(size), &number);                     \
    answer("sscanf_s", "'" input "' by " format " into " #size, "%d '%s' %d", result, text, number); \
  } while (0)
  SCAN_S("axis 7", "%s %d", 8);
  SCAN_S("axis 7", "%s %d", 5);
  SCAN_S("axis 7", "%s %d", 4);
  SCAN_S("axis 7", "%s %d", 1);
  SCAN_S("axis 7", "%2s %d", 3);
  SCAN_S("axis 7", "%[a-z] %d", 5);
  SCAN_S("axis 7", "%[a-z] %d", 4);
  SCAN_S("", "%s %d", 8);
#undef SCAN_S
  int number = -1;
  answer("sscanf_s", "a number", "%d %d", sscanf_s("12", "%d", &number), number);
}

void scan_cases(void) {
  integers();
  reals();
  texts();
  bounded();
}
