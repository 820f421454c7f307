// main for programs whose own entry point was renamed by -Dmain=RtssUserMain -Dwmain=RtssUserWmain. C has one spelling
// of each; C++ mangles the parameters into it, and RTX programs use every form. Exactly one is defined.
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

typedef int Entry(int, void*, void*);

#define ENTRY(name, symbol) extern Entry name __asm__(symbol) __attribute__((weak))
ENTRY(narrow_c, "RtssUserMain");
ENTRY(narrow_none, "_Z12RtssUserMainv");
ENTRY(narrow_argv, "_Z12RtssUserMainiPPc");
ENTRY(narrow_const, "_Z12RtssUserMainiPPKc");
ENTRY(narrow_envp, "_Z12RtssUserMainiPPcS0_");
ENTRY(wide_c, "RtssUserWmain");
ENTRY(wide_none, "_Z13RtssUserWmainv");
ENTRY(wide_argv, "_Z13RtssUserWmainiPPw");
ENTRY(wide_const, "_Z13RtssUserWmainiPPKw");
ENTRY(wide_envp, "_Z13RtssUserWmainiPPwS0_");

// Arguments as wide text. They are UTF-8, as the library takes all narrow text; a byte that is not stays a byte.
static wchar_t* widen(const char* text) {
  const unsigned char* in = (const unsigned char*)text;
  size_t length = 0;
  while (text[length] != '\0') ++length;
  wchar_t* const wide = calloc(length + 1, sizeof *wide);
  if (wide == NULL) abort();
  size_t out = 0;
  while (*in != 0) {
    const int bytes = *in < 0xc0 ? 1 : *in < 0xe0 ? 2 : *in < 0xf0 ? 3 : 4;
    unsigned long c = bytes == 1 ? *in : *in & (0xffu >> (bytes + 1));
    ++in;
    for (int i = 1; i < bytes && (*in & 0xc0) == 0x80; ++i) c = (c << 6) | (*in++ & 0x3fu);
    if (sizeof(wchar_t) == 2 && c > 0xffff) {
      wide[out++] = (wchar_t)(0xd800 + ((c - 0x10000) >> 10));
      c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    }
    wide[out++] = (wchar_t)c;
  }
  return wide;
}

static wchar_t** widen_all(int count, char** texts) {
  wchar_t** const wide = calloc((size_t)count + 1, sizeof *wide);
  if (wide == NULL) abort();
  for (int i = 0; i < count; ++i) wide[i] = widen(texts[i]);
  return wide;
}

int main(int argc, char** argv, char** envp) {
  Entry* const narrow[] = {narrow_c, narrow_none, narrow_argv, narrow_const, narrow_envp};
  Entry* const wide[] = {wide_c, wide_none, wide_argv, wide_const, wide_envp};
  for (size_t i = 0; i < sizeof narrow / sizeof *narrow; ++i) {
    if (narrow[i] != NULL) return narrow[i](argc, argv, envp);
  }
  int variables = 0;
  while (envp[variables] != NULL) ++variables;
  for (size_t i = 0; i < sizeof wide / sizeof *wide; ++i) {
    if (wide[i] != NULL) return wide[i](argc, widen_all(argc, argv), widen_all(variables, envp));
  }
  fputs("rtapi: this program has neither main nor wmain\n", stderr);
  return 125;
}
