/* The _s family: results, errno and what is left in the buffer. */
#include <wchar.h>

#include "oracle.h"

static char buffer[9];
static wchar_t wide[9];

static void fill(const char* text) {
  memset(buffer, '#', 8);
  memcpy(buffer, text, strlen(text) + 1);
  for (int i = 0; i < 8; ++i) wide[i] = (wchar_t)buffer[i];
  errno = 0;
}
/* Only the first byte of a buffer is certain after a failure. */
static void tell(const char* call, int result) {
  const int error = errno;
  answer("secure", call, "%d errno %d '%s'", result, error,
         result == 0 || result == 80 ? buffer
         : buffer[0] == 0            ? ""
                                     : "#");
}
static void tell_wide(const char* call, int result) {
  const int error = errno;
  answer("secure", call, "%d errno %d '%S'", result, error,
         result == 0 || result == 80 ? wide
         : wide[0] == 0              ? L""
                                     : L"#");
}
#define TELL(start, call)   \
  do {                      \
    fill(start);            \
    tell(#call, (int)call); \
  } while (0)
#define TELL_WIDE(start, call)   \
  do {                           \
    fill(start);                 \
    tell_wide(#call, (int)call); \
  } while (0)

void secure_cases(void) {
  TELL("", strcpy_s(buffer, 8, "axis"));
  TELL("", strcpy_s(buffer, 5, "axis"));
  TELL("", strcpy_s(buffer, 4, "axis"));
  TELL("", strcpy_s(buffer, 8, NULL));
  TELL("x", strcpy_s(buffer, 0, "axis"));
  TELL("x", strcpy_s(NULL, 8, "axis"));
  TELL("", strcpy_s(buffer, 1, ""));
  TELL("ab", strcat_s(buffer, 8, "cd"));
  TELL("ab", strcat_s(buffer, 5, "cd"));
  TELL("ab", strcat_s(buffer, 4, "cd"));
  TELL("ab", strcat_s(buffer, 2, "cd"));
  TELL("ab", strcat_s(buffer, 8, NULL));
  TELL("ab", strcat_s(NULL, 8, "cd"));
  TELL("", strncpy_s(buffer, 8, "axis", 2));
  TELL("", strncpy_s(buffer, 8, "axis", 4));
  TELL("", strncpy_s(buffer, 8, "axis", 9));
  TELL("", strncpy_s(buffer, 5, "axis", 4));
  TELL("", strncpy_s(buffer, 4, "axis", 4));
  TELL("", strncpy_s(buffer, 4, "axis", 3));
  TELL("", strncpy_s(buffer, 4, "axis", _TRUNCATE));
  TELL("", strncpy_s(buffer, 5, "axis", _TRUNCATE));
  TELL("", strncpy_s(buffer, 1, "axis", _TRUNCATE));
  TELL("x", strncpy_s(buffer, 8, NULL, 2));
  TELL("x", strncpy_s(buffer, 8, "axis", 0));
  TELL("x", strncpy_s(NULL, 0, "axis", 0));
  TELL("x", strncpy_s(NULL, 8, "axis", 2));
  TELL("ab", strncat_s(buffer, 8, "cdef", 2));
  TELL("ab", strncat_s(buffer, 5, "cdef", 2));
  TELL("ab", strncat_s(buffer, 4, "cdef", 2));
  TELL("ab", strncat_s(buffer, 5, "cdef", _TRUNCATE));
  TELL("ab", strncat_s(buffer, 8, "cdef", _TRUNCATE));
  TELL("", memcpy_s(buffer, 8, "axis", 5));
  TELL("x", memcpy_s(buffer, 2, "axis", 5));
  TELL("x", memcpy_s(buffer, 8, NULL, 5));
  TELL("x", memcpy_s(NULL, 8, "axis", 5));
  TELL("x", memcpy_s(buffer, 8, "axis", 0));
  TELL("", memmove_s(buffer, 8, "axis", 5));
  TELL("x", memmove_s(buffer, 2, "axis", 5));
  TELL("x", (sprintf_s(buffer, 8, "%d", 123) - 3));
  TELL("x", sprintf_s(buffer, 3, "%d", 123));
  TELL("x", sprintf_s(NULL, 3, "%d", 123));
  TELL("x", (_snprintf_s(buffer, 8, _TRUNCATE, "%d", 123) - 3));
  TELL("x", _snprintf_s(buffer, 3, _TRUNCATE, "%d", 123));
  TELL("x", _snprintf_s(buffer, 8, 2, "%d", 123));
  TELL("x", _itoa_s(-12, buffer, 8, 10));
  TELL("x", _itoa_s(-12, buffer, 3, 10));
  TELL("x", _itoa_s(255, buffer, 8, 16));
  TELL("x", _itoa_s(255, buffer, 8, 1));
  TELL("x", _itoa_s(-1, buffer, 8, 10));
  TELL_WIDE("", wcscpy_s(wide, 8, L"axis"));
  TELL_WIDE("", wcscpy_s(wide, 4, L"axis"));
  TELL_WIDE("", wcscpy_s(wide, 8, NULL));
  TELL_WIDE("ab", wcscat_s(wide, 8, L"cd"));
  TELL_WIDE("ab", wcscat_s(wide, 4, L"cd"));
  TELL_WIDE("", wcsncpy_s(wide, 8, L"axis", 2));
  TELL_WIDE("", wcsncpy_s(wide, 4, L"axis", 4));
  TELL_WIDE("", wcsncpy_s(wide, 4, L"axis", _TRUNCATE));
  char words[] = "a,b;;c";
  char* rest = NULL;
  for (char* word = strtok_s(words, ",;", &rest); word != NULL; word = strtok_s(NULL, ",;", &rest)) {
    answer("strtok_s", word, "at %d", (int)(word - words));
  }
}
