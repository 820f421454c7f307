// crt_names.c as C++, where many names are templates besides.
#include <algorithm>
#include <string>

#pragma push_macro("main")
#undef main
#define main c_part
#include "crt_names.c"
#pragma pop_macro("main")

using namespace std;

int main() {
  char text[4];
  WCHAR wide[4];
  ULONGLONG large = 5;
  int small = 3;
  EXPECT(min(small, large) == 3 && max(small, large) == 5 && min(1, 2) == 1 && std::max(1.0, 2.0) == 2.0);
  EXPECT(10i64 == 10 && sizeof(10i64) == 8 && 0xffffffffffffffffui64 == ~0ULL);
  EXPECT(strncpy_s(text, "abcdef", _TRUNCATE) == STRUNCATE && strcmp(text, "abc") == 0);
  EXPECT(strncpy_s(text, "a", 1) == 0 && strncat_s(text, "b", 1) == 0 && strcmp(text, "ab") == 0);
  EXPECT(wcsncpy_s(wide, L"ab", 2) == 0 && _snprintf_s(text, _TRUNCATE, "%d", 12345) == -1 && strcmp(text, "123") == 0);
  EXPECT(_itoa_s(12, text, 10) == 0 && _strupr_s(text) == 0 && strcmp(text, "12") == 0);
  _STD string standard = "x";
  EXPECT(standard == "x");
  return c_part();
}
