// The scanf family by the rules of the Microsoft C library: the widths of its formats, wide text in units of the
// program's own wchar_t, and a size behind each pointer to text where the program's call has one.
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rtapi_compat/scan_engine.h"

enum { kEnd = -1 };  // of the input

// Units of text, or the characters of a number.
typedef struct {
  uint32_t* units;
  size_t count, capacity;
} Text;

typedef struct {
  FILE* file;        // or
  const void* text;  // this, in units of `unit` bytes
  const void* format;
  size_t unit;       // of text and format
  size_t wide_unit;  // of the program's wide text
  bool sized;
  long consumed;
  Text word;
} Scan;

typedef struct {
  bool suppressed, has_width, negated;
  size_t width;  // SIZE_MAX: as much as there is
  size_t bytes;  // of a number
  bool is_long, is_short, is_wide_size;
  char kind;
  const void* set;  // of %[, up to its closing bracket
} Directive;

typedef enum { kDone, kMismatch, kNoInput } Outcome;

static uint32_t unit_at(const void* text, size_t unit) {
  if (unit == 1) return *(const unsigned char*)text;
  return unit == 2 ? *(const uint16_t*)text : *(const uint32_t*)text;
}
static const void* behind(const void* text, size_t unit) { return (const char*)text + unit; }

static int64_t peek(Scan* scan) {
  if (scan->file == NULL) {
    const uint32_t next = unit_at(scan->text, scan->unit);
    return next == 0 ? kEnd : (int64_t)next;
  }
  const int next = getc(scan->file);
  if (next != EOF) ungetc(next, scan->file);
  return next == EOF ? kEnd : next;
}
static void take(Scan* scan) {
  if (scan->file == NULL)
    scan->text = behind(scan->text, scan->unit);
  else
    getc(scan->file);
  ++scan->consumed;
}

static bool is_blank(int64_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static bool is_digit(int64_t c) { return c >= '0' && c <= '9'; }
static void skip_blanks(Scan* scan) {
  while (is_blank(peek(scan))) take(scan);
}

static bool append(Text* word, uint32_t unit) {
  if (word->count == word->capacity) {
    const size_t capacity = word->capacity == 0 ? 64 : 2 * word->capacity;
    uint32_t* const units = realloc(word->units, capacity * sizeof *units);
    if (units == NULL) return false;
    word->units = units;
    word->capacity = capacity;
  }
  word->units[word->count++] = unit;
  return true;
}

// Takes the next character of a number if it is one of `wanted`.
static bool take_one_of(Scan* scan, const char* wanted, size_t* width) {
  const int64_t next = peek(scan);
  if (*width == 0 || next <= 0 || next > 127 || strchr(wanted, (int)next) == NULL) return false;
  if (!append(&scan->word, (uint32_t)next)) return false;
  take(scan);
  --*width;
  return true;
}
static size_t take_all_of(Scan* scan, const char* wanted, size_t* width) {
  size_t taken = 0;
  while (take_one_of(scan, wanted, width)) ++taken;
  return taken;
}
static bool take_word(Scan* scan, const char* lower, size_t* width) {
  for (; *lower != '\0'; ++lower) {
    const char both[] = {*lower, (char)toupper((unsigned char)*lower), '\0'};
    if (!take_one_of(scan, both, width)) return false;
  }
  return true;
}
// The word as the C library reads numbers. It lives until the next one.
static const char* number_text(Scan* scan) {
  if (!append(&scan->word, 0)) return NULL;
  char* const text = (char*)scan->word.units;
  for (size_t i = 0; i < scan->word.count; ++i) text[i] = (char)scan->word.units[i];
  return text;
}

#define DECIMAL "0123456789"
#define HEXADECIMAL DECIMAL "abcdefABCDEF"

static Outcome scan_integer(Scan* scan, const Directive* directive, void* target) {
  size_t width = directive->width;
  const bool is_signed = directive->kind == 'd' || directive->kind == 'i';
  int base = directive->kind == 'i' ? 0 : directive->kind == 'o' ? 8 : strchr("xXp", directive->kind) ? 16 : 10;
  take_one_of(scan, "+-", &width);
  size_t digits = 0;
  if ((base == 0 || base == 16) && take_one_of(scan, "0", &width)) {
    digits = 1;
    const bool is_hexadecimal = take_one_of(scan, "xX", &width);
    if (is_hexadecimal) digits = 0;
    if (base == 0) base = is_hexadecimal ? 16 : 8;
  }
  if (base == 0) base = 10;
  digits += take_all_of(scan, base == 16 ? HEXADECIMAL : base == 8 ? "01234567" : DECIMAL, &width);
  if (digits == 0) return kMismatch;
  const char* const text = number_text(scan);
  if (text == NULL) return kMismatch;
  const uint64_t number = is_signed ? (uint64_t)strtoll(text, NULL, base) : strtoull(text, NULL, base);
  if (target != NULL) memcpy(target, &number, directive->bytes);
  return kDone;
}

static bool take_real(Scan* scan, size_t width) {
  take_one_of(scan, "+-", &width);
  if (peek(scan) == 'i' || peek(scan) == 'I') {
    return take_word(scan, "inf", &width) && (!take_one_of(scan, "iI", &width) || take_word(scan, "nity", &width));
  }
  if (peek(scan) == 'n' || peek(scan) == 'N') return take_word(scan, "nan", &width);
  size_t digits = take_one_of(scan, "0", &width);
  const bool is_hexadecimal = digits != 0 && take_one_of(scan, "xX", &width);
  const char* const all = is_hexadecimal ? HEXADECIMAL : DECIMAL;
  if (is_hexadecimal) digits = 0;
  digits += take_all_of(scan, all, &width);
  if (take_one_of(scan, ".", &width)) digits += take_all_of(scan, all, &width);
  if (digits == 0) return false;
  if (!take_one_of(scan, is_hexadecimal ? "pP" : "eE", &width)) return true;
  take_one_of(scan, "+-", &width);
  return take_all_of(scan, DECIMAL, &width) != 0;
}
static Outcome scan_real(Scan* scan, const Directive* directive, void* target) {
  const char* const text = take_real(scan, directive->width) ? number_text(scan) : NULL;
  if (text == NULL) return kMismatch;
  const double number = strtod(text, NULL);
  const float single = (float)number;
  if (target == NULL) return kDone;
  if (directive->is_long)
    memcpy(target, &number, sizeof number);
  else
    memcpy(target, &single, sizeof single);
  return kDone;
}

// Where text goes. Counts on when it is full, so that the count tells whether it fitted.
typedef struct {
  void* memory;
  size_t unit, size, count;
} Target;
static void put_unit(Target* target, uint32_t unit) {
  if (target->count < target->size) {
    char* const at = (char*)target->memory + target->count * target->unit;
    const uint16_t half = (uint16_t)unit;
    if (target->unit == 1)
      *at = (char)unit;
    else
      memcpy(at, target->unit == 2 ? (const void*)&half : (const void*)&unit, target->unit);
  }
  ++target->count;
}
static void put_character(Target* target, uint32_t c) {
  if (target->unit == 4 || (target->unit == 2 && c <= 0xffff) || c < 0x80) return put_unit(target, c);
  if (target->unit == 2) {
    put_unit(target, 0xd800 + ((c - 0x10000) >> 10));
    return put_unit(target, 0xdc00 + ((c - 0x10000) & 0x3ff));
  }
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  const unsigned bytes = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  put_unit(target, lead[bytes] | (c >> (6 * (bytes - 1))));
  for (unsigned left = bytes - 1; left != 0; --left) put_unit(target, 0x80 | ((c >> (6 * (left - 1))) & 0x3f));
}
// The character at `at` of the word, and moves behind it. What is not valid stays what it is.
static uint32_t next_character(const Text* word, size_t unit, size_t* at) {
  const uint32_t first = word->units[(*at)++];
  const size_t left = word->count - *at;
  if (unit == 2 && first >= 0xd800 && first < 0xdc00 && left != 0) {
    const uint32_t low = word->units[*at];
    if (low < 0xdc00 || low > 0xdfff) return first;
    ++*at;
    return 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
  }
  const unsigned more = unit != 1 || first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  if (more == 0 || more > left) return first;
  uint32_t c = first & (0x3fu >> more);
  for (unsigned i = 0; i < more; ++i) {
    if ((word->units[*at + i] & 0xc0) != 0x80) return first;
    c = c << 6 | (word->units[*at + i] & 0x3f);
  }
  *at += more;
  return c;
}
// False, and empty text, when it does not fit.
static bool store_text(const Scan* scan, Target target, bool terminated) {
  for (size_t at = 0; at < scan->word.count;) {
    if (scan->unit == target.unit)
      put_unit(&target, scan->word.units[at++]);
    else
      put_character(&target, next_character(&scan->word, scan->unit, &at));
  }
  if (terminated) put_unit(&target, 0);
  if (target.count <= target.size) return true;
  target.count = 0;
  put_unit(&target, 0);
  return false;
}

static bool is_in_set(const Directive* directive, size_t unit, uint32_t c) {
  const char* at = directive->set;
  bool found = false;
  for (bool first = true; first || unit_at(at, unit) != ']'; first = false) {
    const uint32_t low = unit_at(at, unit);
    if (low == 0) break;
    at += unit;
    uint32_t high = low;
    if (unit_at(at, unit) == '-' && unit_at(at + unit, unit) != ']' && unit_at(at + unit, unit) != 0) {
      high = unit_at(at + unit, unit);
      at += 2 * unit;
    }
    found = found || (low <= c && c <= high) || (high <= c && c <= low);
  }
  return found != directive->negated;
}

static bool is_wide_text(const Scan* scan, const Directive* directive) {
  if (directive->is_short) return false;
  if (directive->is_long || directive->is_wide_size) return true;
  const bool is_capital = directive->kind == 'S' || directive->kind == 'C';
  return (scan->unit != 1) != is_capital;
}
static Outcome scan_text(Scan* scan, const Directive* directive, void* memory, size_t size) {
  const bool is_character = directive->kind == 'c' || directive->kind == 'C';
  const size_t width = is_character && !directive->has_width ? 1 : directive->width;
  while (scan->word.count < width) {
    const int64_t next = peek(scan);
    if (next == kEnd) break;
    if (directive->kind == '[' ? !is_in_set(directive, scan->unit, (uint32_t)next) : !is_character && is_blank(next)) {
      break;
    }
    if (!append(&scan->word, (uint32_t)next)) return kMismatch;
    take(scan);
  }
  if (scan->word.count == 0 || (is_character && scan->word.count < width)) {
    return peek(scan) == kEnd ? kNoInput : kMismatch;
  }
  if (memory == NULL) return kDone;
  const Target target = {
      .memory = memory, .unit = is_wide_text(scan, directive) ? scan->wide_unit : 1, .size = size, .count = 0};
  if (store_text(scan, target, !is_character)) return kDone;
  errno = ENOMEM;
  return kMismatch;
}

static uint32_t here(const Scan* scan) { return unit_at(scan->format, scan->unit); }
static bool skip(Scan* scan, const char* text) {
  const void* at = scan->format;
  for (; *text != '\0'; ++text, at = behind(at, scan->unit)) {
    if (unit_at(at, scan->unit) != (unsigned char)*text) return false;
  }
  scan->format = at;
  return true;
}
static void read_size(Scan* scan, Directive* directive) {
  if (skip(scan, "I64") || skip(scan, "ll") || skip(scan, "j") || skip(scan, "z") || skip(scan, "t")) {
    directive->bytes = 8;
    directive->is_long = true;
  } else if (skip(scan, "I32")) {
    directive->bytes = 4;
  } else if (skip(scan, "I")) {
    directive->bytes = sizeof(void*);
  } else if (skip(scan, "hh")) {
    directive->bytes = 1;
    directive->is_short = true;
  } else if (skip(scan, "h")) {
    directive->bytes = 2;
    directive->is_short = true;
  } else if (skip(scan, "l") || skip(scan, "L")) {
    directive->is_long = true;
  } else if (skip(scan, "w")) {
    directive->is_wide_size = true;
  }
}
// One conversion, from behind its % sign.
static Directive read_directive(Scan* scan) {
  Directive directive = {.width = SIZE_MAX, .bytes = 4};
  directive.suppressed = skip(scan, "*");
  for (; is_digit(here(scan)); scan->format = behind(scan->format, scan->unit)) {
    if (!directive.has_width) directive.width = 0;
    directive.has_width = true;
    if (directive.width < SIZE_MAX / 16) directive.width = directive.width * 10 + (here(scan) - '0');
  }
  read_size(scan, &directive);
  const uint32_t kind = here(scan);
  if (kind == 0) return directive;
  scan->format = behind(scan->format, scan->unit);
  directive.kind = kind < 0x80 ? (char)kind : '\0';
  if (directive.kind == 'p') directive.bytes = sizeof(void*);
  if (directive.kind != '[') return directive;
  directive.negated = skip(scan, "^");
  directive.set = scan->format;
  for (bool first = true; here(scan) != 0 && (first || here(scan) != ']'); first = false) {
    scan->format = behind(scan->format, scan->unit);
  }
  if (!skip(scan, "]")) directive.kind = '\0';
  return directive;
}

static Outcome convert(Scan* scan, const Directive* directive, void* target, size_t size) {
  scan->word.count = 0;
  if (strchr("cC[n", directive->kind) == NULL) skip_blanks(scan);
  if (directive->kind == 'n') {
    const uint64_t consumed = (uint64_t)scan->consumed;
    if (target != NULL) memcpy(target, &consumed, directive->bytes);
    return kDone;
  }
  if (peek(scan) == kEnd) return kNoInput;
  if (strchr("sScC[", directive->kind) != NULL) return scan_text(scan, directive, target, size);
  if (strchr("diouxXp", directive->kind) != NULL) return scan_integer(scan, directive, target);
  return scan_real(scan, directive, target);
}

static Outcome match_literal(Scan* scan, uint32_t wanted) {
  const int64_t next = peek(scan);
  if (next != (int64_t)wanted) return next == kEnd ? kNoInput : kMismatch;
  take(scan);
  return kDone;
}

static int run(Scan* scan, rtapi_compat_arguments* arguments) {
  int stored = 0;
  bool converted = false;
  Outcome outcome = kDone;
  while (outcome == kDone && here(scan) != 0) {
    const uint32_t next = here(scan);
    scan->format = behind(scan->format, scan->unit);
    if (is_blank(next)) {
      skip_blanks(scan);
    } else if (next != '%') {
      outcome = match_literal(scan, next);
    } else if (skip(scan, "%")) {
      skip_blanks(scan);
      outcome = match_literal(scan, '%');
    } else {
      const Directive directive = read_directive(scan);
      if (directive.kind == '\0' || strchr("dioxXuaAeEfFgGpnsScC[", directive.kind) == NULL) break;
      void* target = NULL;
      size_t size = SIZE_MAX;
      if (!directive.suppressed) {
        target = va_arg(arguments->list, void*);
        if (scan->sized && strchr("sScC[", directive.kind) != NULL) size = va_arg(arguments->list, unsigned);
      }
      outcome = convert(scan, &directive, target, size);
      if (outcome == kDone && directive.kind != 'n') {
        converted = true;
        if (target != NULL) ++stored;
      }
    }
  }
  return outcome == kNoInput && !converted ? EOF : stored;
}

int rtapi_compat_scan(const rtapi_compat_scan_call* call, rtapi_compat_arguments* arguments) {
  if (call->format == NULL || (call->file == NULL && call->text == NULL)) {
    errno = EINVAL;
    return EOF;
  }
  Scan scan = {.file = call->file,
               .text = call->text,
               .format = call->format,
               .unit = call->is_wide ? call->wide_unit : 1,
               .wide_unit = call->wide_unit,
               .sized = call->is_sized};
  if (call->file != NULL) flockfile(call->file);
  const int result = run(&scan, arguments);
  if (call->file != NULL) funlockfile(call->file);
  free(scan.word.units);
  return result;
}
