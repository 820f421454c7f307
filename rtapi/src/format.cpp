#include "rtapi/src/format.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <type_traits>

#include "rtapi/src/text.h"

namespace rtss::rtapi {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

enum class Size : std::uint8_t { kDefault, kChar, kShort, kLong, k64, kWide };

// One conversion, from behind its % sign.
struct Directive {
  bool left = false;
  bool plus = false;
  bool blank = false;
  bool alternate = false;
  bool zero = false;
  int width = 0;
  int precision = -1;  // none
  Size size = Size::kDefault;
  char conversion = '\0';
};

// The character at text, which is before end, and how many units it takes.
struct Decoded {
  char32_t character;
  std::size_t units;
};
Decoded decode(const char32_t* text, const char32_t* /*end*/) {
  const bool valid = *text <= 0x10FFFF && (*text < 0xD800 || *text > 0xDFFF);
  return {valid ? *text : kReplacement, 1};
}
Decoded decode(const char16_t* text, const char16_t* end) {
  const char32_t first = *text;
  if (first < 0xD800 || first > 0xDFFF) return {first, 1};
  const bool is_pair = first < 0xDC00 && text + 1 != end && text[1] >= 0xDC00 && text[1] <= 0xDFFF;
  if (!is_pair) return {kReplacement, 1};
  return {0x10000 + ((first - 0xD800) << 10) + (text[1] - 0xDC00U), 2};
}

template <typename Unit, typename Wide>
class Formatter {
 public:
  Formatter(std::string* out, const Unit* format, va_list arguments) : out_(*out), at_(format) {
    va_copy(arguments_, arguments);
  }
  ~Formatter() { va_end(arguments_); }
  Formatter(const Formatter&) = delete;
  Formatter& operator=(const Formatter&) = delete;

  void run() {
    while (*at_ != 0) {
      if (*at_ == '%') {
        ++at_;
        run_directive();
      } else {
        copy_literal();
      }
    }
  }

 private:
  static constexpr bool kWideFormat = !std::is_same_v<Unit, char>;
  static constexpr int kHexadecimalDigits = 13;                // all that a double has
  static constexpr int kUsualDigits = 6;                       // behind the point
  static constexpr std::size_t kShortExponent = 4;             // e+01
  static constexpr std::uint64_t kPayload = (1ULL << 51) - 1;  // of a quiet NaN

  void copy_literal() {
    if constexpr (kWideFormat) {
      const Unit* end = at_;
      while (*end != 0 && *end != '%') ++end;
      while (at_ != end) {
        const Decoded decoded = decode(at_, end);
        append_utf8(decoded.character, &out_);
        at_ += decoded.units;
      }
    } else {
      const std::size_t length = std::strcspn(at_, "%");
      out_.append(at_, length);
      at_ += length;
    }
  }

  bool skip(char character) {
    if (*at_ != static_cast<Unit>(character)) return false;
    ++at_;
    return true;
  }

  bool skip(const char* text) {
    const Unit* ahead = at_;
    for (; *text != '\0'; ++text, ++ahead) {
      if (*ahead != static_cast<Unit>(*text)) return false;
    }
    at_ = ahead;
    return true;
  }

  int read_number() {
    constexpr int kMost = 1'000'000;  // more is a mistake of the program
    int number = 0;
    for (; *at_ >= '0' && *at_ <= '9'; ++at_) {
      if (number < kMost) number = number * 10 + static_cast<int>(*at_ - '0');
    }
    return number < kMost ? number : kMost;
  }

  void read_flags(Directive& directive) {
    for (;; ++at_) {
      switch (*at_) {
        case '-':
          directive.left = true;
          break;
        case '+':
          directive.plus = true;
          break;
        case ' ':
          directive.blank = true;
          break;
        case '#':
          directive.alternate = true;
          break;
        case '0':
          directive.zero = true;
          break;
        default:
          return;
      }
    }
  }

  void read_width_and_precision(Directive& directive) {
    if (skip('*')) {
      directive.width = va_arg(arguments_, int);
      if (directive.width < 0) {
        directive.left = true;
        directive.width = directive.width == INT32_MIN ? INT32_MAX : -directive.width;
      }
    } else {
      directive.width = read_number();
    }
    if (!skip('.')) return;
    directive.precision = skip('*') ? va_arg(arguments_, int) : read_number();
  }

  Size read_size() {
    if (skip("I64") || skip("ll") || skip('j') || skip('z') || skip('t')) return Size::k64;
    if (skip("I32")) return Size::kDefault;
    if (skip('I')) return sizeof(void*) == 8 ? Size::k64 : Size::kDefault;
    if (skip("hh")) return Size::kChar;
    if (skip('h')) return Size::kShort;
    if (skip('l') || skip('L')) return Size::kLong;
    if (skip('w')) return Size::kWide;
    return Size::kDefault;
  }

  void run_directive() {
    Directive directive;
    read_flags(directive);
    read_width_and_precision(directive);
    directive.size = read_size();
    if (*at_ == 0) return;
    if (*at_ >= 0x80) return copy_literal();  // not a conversion
    directive.conversion = static_cast<char>(*at_++);
    convert(directive);
  }

  void convert(const Directive& directive) {
    switch (directive.conversion) {
      case 'd':
      case 'i':
        return put_number(directive, read_signed(directive.size), "ll");
      case 'u':
      case 'o':
      case 'x':
      case 'X':
        return put_number(directive, read_unsigned(directive.size), "ll");
      case 'e':
      case 'E':
      case 'f':
      case 'F':
      case 'g':
      case 'G':
      case 'a':
      case 'A':
        return put_real(directive, va_arg(arguments_, double));
      case 'p':
        return put_pointer(directive);
      case 'n':
        static_cast<void>(va_arg(arguments_, void*));
        return;
      case 'c':
      case 'C':
        return put_character(directive);
      case 's':
      case 'S':
        return put_text(directive);
      default:
        out_.push_back(directive.conversion);
    }
  }

  // LONG and DWORD have 32 bits, so l does not widen.
  long long read_signed(Size size) {
    switch (size) {
      case Size::k64:
        return va_arg(arguments_, long long);
      case Size::kShort:
        return static_cast<short>(va_arg(arguments_, int));
      case Size::kChar:
        return static_cast<signed char>(va_arg(arguments_, int));
      default:
        return va_arg(arguments_, int);
    }
  }

  unsigned long long read_unsigned(Size size) {
    switch (size) {
      case Size::k64:
        return va_arg(arguments_, unsigned long long);
      case Size::kShort:
        return static_cast<unsigned short>(va_arg(arguments_, int));
      case Size::kChar:
        return static_cast<unsigned char>(va_arg(arguments_, int));
      default:
        return va_arg(arguments_, unsigned);
    }
  }

  // By the C library, whose rules for numbers are the same.
  template <typename Number>
  void put_number(const Directive& directive, Number number, const char* length) {
    char spec[24];
    std::snprintf(spec, sizeof spec, "%%%s%s%s%s%s*.*%s%c", directive.left ? "-" : "", directive.plus ? "+" : "",
                  directive.blank ? " " : "", directive.alternate ? "#" : "", directive.zero ? "0" : "", length,
                  directive.conversion);
    char text[128];
    const int size = std::snprintf(text, sizeof text, spec, directive.width, directive.precision, number);
    if (size < 0) return;
    const auto needed = static_cast<std::size_t>(size);
    if (needed < sizeof text) {
      out_.append(text, needed);
      return;
    }
    const std::size_t end = out_.size();
    out_.resize(end + needed + 1);
    std::snprintf(out_.data() + end, needed + 1, spec, directive.width, directive.precision, number);
    out_.pop_back();
  }

  void put_real(Directive directive, double value) {
    const bool hexadecimal = directive.conversion == 'a' || directive.conversion == 'A';
    if (hexadecimal && directive.precision < 0) directive.precision = kHexadecimalDigits;
    if (prints_as_msvcrt.load(std::memory_order_relaxed)) return put_real_of_msvcrt(directive, value);
    if (std::isfinite(value)) return put_number(directive, value, "");
    directive.zero = false;
    const std::string text = ucrt_text(directive, value);
    put_padded(directive, text, text.size());
  }

  void put_real_of_msvcrt(const Directive& directive, double value) {
    std::string text;
    if (std::isfinite(value)) {
      const std::size_t begin = out_.size();
      Directive narrow = directive;
      narrow.width = 0;
      put_number(narrow, value, "");
      text = out_.substr(begin);
      out_.resize(begin);
      // msvcrt's third digit of the exponent
      const bool hexadecimal = directive.conversion == 'a' || directive.conversion == 'A';
      const std::size_t exponent = hexadecimal ? std::string::npos : text.find_first_of("eE");
      if (exponent != std::string::npos && text.size() - exponent == kShortExponent) text.insert(exponent + 2, "0");
    } else {
      text = msvcrt_text(directive, value);
    }
    const auto width = static_cast<std::size_t>(directive.width);
    const std::size_t sign = text.find_first_of("0123456789");
    if (directive.zero && !directive.left && text.size() < width) text.insert(sign, width - text.size(), '0');
    put_padded(directive, text, text.size());
  }

  static std::string sign_text(const Directive& directive, double value) {
    if (std::signbit(value)) return "-";
    return directive.plus ? "+" : directive.blank ? " " : "";
  }

  // The NaN that an invalid operation makes.
  static bool is_indefinite(double value) {
    return std::isnan(value) && std::signbit(value) && (std::bit_cast<std::uint64_t>(value) & kPayload) == 0;
  }

  static std::string ucrt_text(const Directive& directive, double value) {
    std::string text = std::isinf(value) ? "inf" : is_indefinite(value) ? "nan(ind)" : "nan";
    const bool capital = directive.conversion < 'a';
    if (capital)
      std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c < 'a' ? c : char(c - 32); });
    return sign_text(directive, value) + text;
  }

  // msvcrt rounds the letters of 1.#INF to the precision as if they were digits: %.2f is 1.#J.
  static std::string msvcrt_text(const Directive& directive, double value) {
    std::string decimals = std::isinf(value) ? "#INF" : is_indefinite(value) ? "#IND" : "#QNAN";
    const bool general = directive.conversion == 'g' || directive.conversion == 'G';
    std::size_t kept = static_cast<std::size_t>(directive.precision < 0 ? kUsualDigits : directive.precision);
    if (general && kept > 0) --kept;
    const bool round_up = kept < decimals.size() && decimals[kept] >= '5';
    if (kept < decimals.size() || !general) decimals.resize(kept, '0');
    if (round_up) ++decimals.back();
    std::string text = kept == 0 ? "1" : "1." + decimals;
    if (directive.conversion == 'e' || directive.conversion == 'E')
      text += directive.conversion == 'e' ? "e+000" : "E+000";
    return sign_text(directive, value) + text;
  }

  void put_pointer(Directive directive) {
    constexpr int kDigits = 2 * static_cast<int>(sizeof(void*));
    directive.conversion = 'X';
    directive.precision = kDigits;
    put_number(directive, static_cast<unsigned long long>(va_arg(arguments_, std::uintptr_t)), "ll");
  }

  [[nodiscard]] static bool is_wide(const Directive& directive) {
    switch (directive.size) {
      case Size::kLong:
      case Size::kWide:
        return true;
      case Size::kShort:
        return false;
      default:
        return (directive.conversion == 's' || directive.conversion == 'c') == kWideFormat;
    }
  }

  void put_padded(const Directive& directive, const std::string& text, std::size_t characters) {
    const auto width = static_cast<std::size_t>(directive.width);
    const std::size_t padding = width > characters ? width - characters : 0;
    if (!directive.left) out_.append(padding, directive.zero ? '0' : ' ');
    out_ += text;
    if (directive.left) out_.append(padding, ' ');
  }

  void put_character(const Directive& directive) {
    const int value = va_arg(arguments_, int);
    std::string text;
    if (is_wide(directive)) {
      const Wide unit = static_cast<Wide>(value);
      append_utf8(decode(&unit, &unit + 1).character, &text);
    } else {
      text.push_back(static_cast<char>(value));
    }
    put_padded(directive, text, 1);
  }

  void put_text(const Directive& directive) {
    const void* const text = va_arg(arguments_, const void*);
    const std::size_t most = directive.precision < 0 ? SIZE_MAX : static_cast<std::size_t>(directive.precision);
    if (text == nullptr) return put_narrow(directive, "(null)", most);
    if (is_wide(directive))
      put_wide(directive, static_cast<const Wide*>(text), most);
    else
      put_narrow(directive, static_cast<const char*>(text), most);
  }

  void put_narrow(const Directive& directive, const char* text, std::size_t most) {
    const std::size_t length = strnlen(text, most);
    put_padded(directive, std::string(text, length), length);
  }

  void put_wide(const Directive& directive, const Wide* text, std::size_t most) {
    std::size_t length = 0;
    while (length < most && text[length] != 0) ++length;
    std::string converted;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < length; ++characters) {
      const Decoded decoded = decode(text + i, text + length);
      append_utf8(decoded.character, &converted);
      i += decoded.units;
    }
    put_padded(directive, converted, characters);
  }

  std::string& out_;
  const Unit* at_;
  va_list arguments_;
};

}  // namespace

std::atomic<bool> prints_as_msvcrt{false};

template <typename Unit, typename Wide>
void format_to(std::string* out, const Unit* format, va_list arguments) {
  Formatter<Unit, Wide>(out, format, arguments).run();
}

template void format_to<char, char16_t>(std::string*, const char*, va_list);
template void format_to<char, char32_t>(std::string*, const char*, va_list);
template void format_to<char16_t, char16_t>(std::string*, const char16_t*, va_list);
template void format_to<char32_t, char32_t>(std::string*, const char32_t*, va_list);

}  // namespace rtss::rtapi
