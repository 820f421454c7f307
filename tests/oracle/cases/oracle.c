#include "oracle.h"

#include <stdarg.h>

#ifdef __MINGW32__
static void ignore(const wchar_t* expression, const wchar_t* function, const wchar_t* file, unsigned line,
                   uintptr_t unused) {
  (void)expression, (void)function, (void)file, (void)line, (void)unused;
}
#endif

void escape(char* out, const char* text) {
  for (; *text != 0; ++text) {
    if (*text == '\n' || *text == '\t' || *text == '\r') {
      *out++ = '\\';
      *out++ = *text == '\n' ? 'n' : *text == '\t' ? 't' : 'r';
    } else {
      *out++ = *text;
    }
  }
  *out = 0;
}

void answer(const char* group, const char* name, const char* format, ...) {
  static char text[8192], escaped[16384];
  va_list arguments;
  va_start(arguments, format);
  vsprintf(text, format, arguments);
  va_end(arguments);
  escape(escaped, text);
  printf("%s: %s\t%s\n", group, name, escaped);
  fflush(stdout);
}

/* A child of command_line_cases() prints its arguments. */
static int print_arguments(int argc, char** argv) {
  for (int i = 2; i < argc; ++i) printf("[%s]", argv[i]);
  printf("\n");
  fflush(stdout);
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "--arguments") == 0) return print_arguments(argc, argv);
#ifdef __MINGW32__
  _set_invalid_parameter_handler(ignore);
#endif
  text_cases();
  scan_cases();
  secure_cases();
  number_cases();
  layout_cases();
  object_cases();
  thread_cases();
  file_cases();
  time_cases();
  command_line_cases(argv[0]);
  return 0;
}
