// main for programs whose own entry point was renamed by -Dmain=RtssUserMain -Dwmain=RtssUserWmain. C has one spelling
// of each; C++ mangles the parameters into it, and RTX programs use every form. Exactly one is defined. The headers
// rename a wmain once more, to RtssUserWmain16, where the program's wchar_t has two bytes.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

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
ENTRY(short_c, "RtssUserWmain16");
ENTRY(short_none, "_Z15RtssUserWmain16v");
ENTRY(short_argv, "_Z15RtssUserWmain16iPPw");
ENTRY(short_const, "_Z15RtssUserWmain16iPPKw");
ENTRY(short_envp, "_Z15RtssUserWmain16iPPwS0_");

static void* allocate(size_t count, size_t size) {
  void* const memory = calloc(count, size);
  if (memory == NULL) abort();
  return memory;
}

// The next character of UTF-8, as the library takes all narrow text; a byte that is not part of it stays a byte.
static uint32_t next_character(const unsigned char** at) {
  const unsigned char* in = *at;
  const int bytes = *in < 0xc0 ? 1 : *in < 0xe0 ? 2 : *in < 0xf0 ? 3 : 4;
  uint32_t c = bytes == 1 ? *in : *in & (0xffu >> (bytes + 1));
  ++in;
  for (int i = 1; i < bytes; ++i, ++in) {
    if ((*in & 0xc0) != 0x80) return *(*at)++;
    c = (c << 6) | (*in & 0x3fu);
  }
  *at = in;
  return c;
}

// Text in units of `unit` bytes, two or four.
static void* widen(const char* text, size_t unit) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  uint32_t* const units32 = allocate(length + 1, unit);
  uint16_t* const units16 = (uint16_t*)units32;
  const unsigned char* in = (const unsigned char*)text;
  for (size_t out = 0; *in != 0; ++out) {
    uint32_t c = next_character(&in);
    if (unit == sizeof(uint32_t)) {
      units32[out] = c;
      continue;
    }
    if (c > 0xffff) {
      units16[out++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
      c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    }
    units16[out] = (uint16_t)c;
  }
  return units32;
}

static void** widen_all(char** texts, size_t unit) {
  size_t count = 0;
  while (texts[count] != NULL) ++count;
  void** const wide = allocate(count + 1, sizeof *wide);
  for (size_t i = 0; i < count; ++i) wide[i] = widen(texts[i], unit);
  return wide;
}

// They live as long as the process, and leak checkers are to see it.
static void** volatile wide_arguments;
static void** volatile wide_environment;

#define FORMS 5

static Entry* defined_one(Entry* const* forms) {
  for (size_t i = 0; i < FORMS; ++i) {
    if (forms[i] != NULL) return forms[i];
  }
  return NULL;
}

int main(int argc, char** argv, char** envp) {
  Entry* const narrow[FORMS] = {narrow_c, narrow_none, narrow_argv, narrow_const, narrow_envp};
  Entry* const wide[FORMS] = {wide_c, wide_none, wide_argv, wide_const, wide_envp};
  Entry* const wide16[FORMS] = {short_c, short_none, short_argv, short_const, short_envp};
  Entry* entry = defined_one(narrow);
  if (entry != NULL) return entry(argc, argv, envp);
  const size_t unit = (entry = defined_one(wide)) != NULL ? sizeof(uint32_t) : sizeof(uint16_t);
  if (entry == NULL) entry = defined_one(wide16);
  if (entry != NULL) {
    wide_arguments = widen_all(argv, unit);
    wide_environment = widen_all(envp, unit);
    return entry(argc, wide_arguments, wide_environment);
  }
  fputs("rtapi: this program has neither main nor wmain\n", stderr);
  return 125;
}
