#include "tools/rtss/support/text.h"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cwchar>

namespace rtss::tool {

namespace {

template <typename... Arguments>
std::string format(const char* pattern, Arguments... arguments) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), pattern, arguments...);
  return text.data();
}

struct Glyph {
  std::size_t bytes;
  std::size_t columns;
};

// Of the character that the text begins with; an invalid one counts as one column a byte.
Glyph first_glyph(std::string_view text) {
  wchar_t character = 0;
  std::mbstate_t state{};
  const std::size_t bytes = std::mbrtowc(&character, text.data(), text.size(), &state);
  if (bytes == 0 || bytes > text.size()) return {1, 1};
  const int columns = wcwidth(character);
  return {bytes, columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::string duration(std::uint64_t milliseconds) {
  constexpr std::uint64_t kSecond = 1000;
  constexpr std::uint64_t kMinute = 60 * kSecond;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  using Large = unsigned long long;
  const auto two = [&](std::uint64_t unit, std::uint64_t part, const char* pattern) {
    return format(pattern, Large{milliseconds / unit}, Large{milliseconds % unit / part});
  };
  if (milliseconds < kSecond) return format("%llums", Large{milliseconds});
  if (milliseconds < kMinute) return two(kSecond, kSecond / 10, "%llu.%llus");
  if (milliseconds < kHour) return two(kMinute, kSecond, "%llum%02llus");
  if (milliseconds < kDay) return two(kHour, kMinute, "%lluh%02llum");
  return two(kDay, kHour, "%llud%02lluh");
}

std::string fine_duration(std::uint64_t nanoseconds) {
  constexpr std::uint64_t kMillisecond = 1'000'000;
  if (nanoseconds >= 1000 * kMillisecond) return duration(nanoseconds / kMillisecond);
  const bool is_fine = nanoseconds < kMillisecond;
  const double value = static_cast<double>(nanoseconds) / (is_fine ? 1e3 : 1e6);
  const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return format("%.*f%s", decimals, value, is_fine ? "us" : "ms");
}

std::string bytes(std::uint64_t count) {
  if (count < 1024) return std::to_string(count);
  double scaled = static_cast<double>(count);
  std::size_t unit = 0;
  constexpr std::string_view kUnits = "KMGT";
  for (scaled /= 1024; scaled >= 1024 && unit + 1 < kUnits.size(); ++unit) scaled /= 1024;
  return format("%.1f%c", scaled, kUnits[unit]);
}

void use_utf8() {
  std::setlocale(LC_CTYPE, "");
  if (std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0) std::setlocale(LC_CTYPE, "C.UTF-8");
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Glyph glyph = first_glyph(text);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t width, Align align) {
  const std::size_t whole = width_of(text);
  if (whole <= width) {
    const std::string filling(width - whole, ' ');
    return align == Align::kLeft ? std::string(text) + filling : filling + std::string(text);
  }
  std::string cut;
  std::size_t columns = 0;
  while (columns + 1 < width) {  // the last column is for the sign that something was cut
    const Glyph glyph = first_glyph(text);
    if (columns + glyph.columns > width - 1) break;
    cut += text.substr(0, glyph.bytes);
    columns += glyph.columns;
    text.remove_prefix(glyph.bytes);
  }
  if (width == 0) return {};
  return cut + "~" + std::string(width - columns - 1, ' ');
}

bool has_part(const std::string& text, const std::string& part) {
  return strcasestr(text.c_str(), part.c_str()) != nullptr;
}

std::size_t terminal_width() {
  winsize size{};
  return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int flush_standard_output() {
  errno = 0;
  if (std::fflush(stdout) != 0) return errno;
  if (std::ferror(stdout) == 0) return 0;
  // It failed earlier, and errno is another's by now: one more byte meets the same fault.
  std::clearerr(stdout);
  if (std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0) return EIO;
  return errno;
}

bool wants_colours() {
  const char* const refused = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (refused == nullptr || *refused == '\0') && terminal != nullptr &&
         std::strcmp(terminal, "dumb") != 0;
}

}  // namespace rtss::tool
