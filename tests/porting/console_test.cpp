// Formats of the Microsoft C library, and output.
#include <fcntl.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <limits>
#include <string>

#include "tests/support/api_test.h"

// As a program compiled with -fshort-wchar reaches it.
extern "C" int sixteen_bit_vsnprintf(char*, std::size_t, const char*, va_list) __asm__("RtssVsnprintf");

namespace rtss::test {
namespace {

class Console : public ApiTest {};

std::string format(const char* text, ...) {
  char buffer[4096];
  va_list arguments;
  va_start(arguments, text);
  const int size = RtssVsnprintf(buffer, sizeof buffer, text, arguments);
  va_end(arguments);
  EXPECT_EQ(size, static_cast<int>(std::strlen(buffer)));
  return buffer;
}

std::wstring format(const wchar_t* text, ...) {
  wchar_t buffer[1024];
  va_list arguments;
  va_start(arguments, text);
  const int size = RtssVsnwprintf(buffer, 1024, text, arguments);
  va_end(arguments);
  return {buffer, static_cast<std::size_t>(size)};
}

// What call() prints to standard output.
template <class Call>
std::string printed(Call call) {
  char path[] = "/tmp/rtss-console-XXXXXX";
  const int file = mkstemp(path);
  unlink(path);
  std::fflush(stdout);
  const int saved = dup(STDOUT_FILENO);
  dup2(file, STDOUT_FILENO);
  call();
  dup2(saved, STDOUT_FILENO);
  close(saved);
  char buffer[1024];
  const ssize_t size = pread(file, buffer, sizeof buffer, 0);
  close(file);
  return {buffer, static_cast<std::size_t>(size > 0 ? size : 0)};
}

TEST_F(Console, NumbersHaveTheWidthsOfWindows) {
  const long wide_minus_one = -1;  // what a program that has 32-bit LONG in mind passes for %ld

  EXPECT_EQ(format("%d %i %u %x %X %o", -5, 6, 7u, 0xabu, 0xabu, 8u), "-5 6 7 ab AB 10");
  EXPECT_EQ(format("%ld %lu %lx", 0x1'0000'0002L, wide_minus_one, wide_minus_one), "2 4294967295 ffffffff");
  EXPECT_EQ(format("%I64d|%I64u|%I64x", -3LL, 1ULL << 63, 0x123456789abULL), "-3|9223372036854775808|123456789ab");
  EXPECT_EQ(format("%I32d|%lld|%Iu", -1, std::numeric_limits<long long>::min(), std::size_t{1} << 40),
            "-1|-9223372036854775808|1099511627776");
  EXPECT_EQ(format("%hd|%hu|%hhd", 65535 + 2, 65535 + 2, 257), "1|1|1");
  EXPECT_EQ(format("%8.8X|%08x|%-6d|%+d|% d|%#x|%.3d", 0xbeefu, 0xbeefu, 4, 4, 4, 4u, 4),
            "0000BEEF|0000beef|4     |+4| 4|0x4|004");
  EXPECT_EQ(format("%*d|%-*d|%.*d|%*d", 4, 1, 4, 1, 3, 1, -4, 1), "   1|1   |001|1   ");
}

TEST_F(Console, RealNumbersAreThoseOfC) {
  EXPECT_EQ(format("%f %.2f %e %g %10.3f|%-10.1f|", 1.5, 2.556, 12345.678, 0.0001, 3.14159, 2.0),
            "1.500000 2.56 1.234568e+04 0.0001      3.142|2.0       |");
  EXPECT_EQ(format("%Lf|%.1Lg", 2.5, 4.0), "2.500000|4");  // a long double is a double
  EXPECT_EQ(format("%.1f", 1e300).size(), 303u) << "longer than any buffer on the way";
}

TEST_F(Console, TextIsNarrowOrWideAsTheFormatSays) {
  EXPECT_EQ(format("%s|%hs|%ws|%ls|%S", "n", "h", L"w", L"l", L"S"), "n|h|w|l|S");
  EXPECT_EQ(format("%c%hc%C%lc%wc", 'a', 'b', L'c', L'd', L'\u00e9'), "abcd\u00e9");
  EXPECT_EQ(format("%ws", L"\u00e9\u2713\U0001D11E"), "\u00e9\u2713\U0001D11E");
  EXPECT_EQ(format("[%5s][%-5s][%.2s][%5.1s]", "abc", "abc", "abc", "abc"), "[  abc][abc  ][ab][    a]");
  EXPECT_EQ(format("[%4S][%.2S][%-4ws]", L"\u00e9", L"xyz", L"\u00e9"), "[   \u00e9][xy][\u00e9   ]");
  EXPECT_EQ(format("%s %ws", nullptr, nullptr), "(null) (null)");
  EXPECT_EQ(format("100%% %s", "\u00e9\xff"), "100% \u00e9\xff") << "narrow text is passed on as it is";
}

TEST_F(Console, WideTextThatIsNotValidIsReplaced) {
  const wchar_t lone[] = {0xD800, L'x', 0};

  EXPECT_EQ(format("%ws", lone), "\uFFFDx");
}

TEST_F(Console, SixteenBitTextIsReadBySixteenBitCalls) {
  char buffer[64];
  const auto call = [&](const char* text, ...) {
    va_list arguments;
    va_start(arguments, text);
    sixteen_bit_vsnprintf(buffer, sizeof buffer, text, arguments);
    va_end(arguments);
    return std::string(buffer);
  };

  EXPECT_EQ(call("%ws|%C", u"a\u2713\U0001D11E", u'\u2713'), "a\u2713\U0001D11E|\u2713");
}

TEST_F(Console, PointersAreSixteenDigitsAndPercentNStoresNothing) {
  int stored = 7;

  EXPECT_EQ(format("%p", reinterpret_cast<void*>(0xABC)), "0000000000000ABC");
  EXPECT_EQ(format("a%nb", &stored), "ab");
  EXPECT_EQ(stored, 7);
}

TEST_F(Console, UnknownConversionsAndCutOffFormatsAreHarmless) {
  EXPECT_EQ(format("%y|%k"), "y|k");
  EXPECT_EQ(format("end%"), "end");
  EXPECT_EQ(format("end%-08.3"), "end");
  EXPECT_EQ(format("end%I6"), "end6");
}

TEST_F(Console, WideFormatMakesPlainTextWide) {
  EXPECT_EQ(format(L"%s|%S|%hs|%ls|%c|%C|%d", L"w", "n", "h", L"l", L'\u00e9', 'c', 5), L"w|n|h|l|\u00e9|c|5");
  EXPECT_EQ(format(L"\u2713 %I64d %ld", 1LL << 40, -1L), L"\u2713 1099511627776 -1");
}

TEST_F(Console, BufferIsNeverOverrun) {
  char buffer[4] = {'x', 'x', 'x', 'x'};
  const auto call = [&](std::size_t capacity, const char* text, ...) {
    va_list arguments;
    va_start(arguments, text);
    const int size = RtssVsnprintf(capacity == 0 ? nullptr : buffer, capacity, text, arguments);
    va_end(arguments);
    return size;
  };

  EXPECT_EQ(call(3, "%d", 12345), 5);
  EXPECT_EQ(std::string(buffer), "12");
  EXPECT_EQ(buffer[3], 'x');
  EXPECT_EQ(call(0, "%d", 12345), 5);
  EXPECT_EQ(call(3, nullptr), -1);
}

TEST_F(Console, PrintGoesToStandardOutputAtOnce) {
  int bytes = 0;
  EXPECT_EQ(printed([&] { bytes = RtPrintf("%s %ws %I64d\n", "\u00e9", L"\u2713", 1LL << 33); }),
            "\u00e9 \u2713 8589934592\n");
  EXPECT_EQ(bytes, 18);
  EXPECT_EQ(printed([&] { bytes = RtWprintf(L"%s %S\u2713\n", L"\u00e9", "n"); }), "\u00e9 n\u2713\n");
  EXPECT_EQ(bytes, 8);
  EXPECT_EQ(RtPrintf(nullptr), -1);
}

TEST_F(Console, WriteConsoleWritesBytes) {
  DWORD written = 0;
  EXPECT_EQ(
      printed([&] { EXPECT_TRUE(RtWriteConsoleA(RtGetStdHandle(STD_OUTPUT_HANDLE), "ab\n", 3, &written, nullptr)); }),
      "ab\n");
  EXPECT_EQ(written, 3u);
  EXPECT_FAILS(RtWriteConsoleA(nullptr, "a", 1, nullptr, nullptr), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtWriteConsoleA(RtGetStdHandle(STD_INPUT_HANDLE), "a", 1, nullptr, nullptr), FALSE,
               ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtGetStdHandle(0), nullptr, ERROR_INVALID_HANDLE);
}

TEST_F(Console, TextBecomesNumbers) {
  EXPECT_EQ(RtAtoi(" \t-12x"), -12);
  EXPECT_EQ(RtAtoi("+7"), 7);
  EXPECT_EQ(RtAtoi(""), 0);
  EXPECT_EQ(RtAtoi("x1"), 0);
  EXPECT_EQ(RtAtoi(nullptr), 0);
  EXPECT_EQ(RtAtoi("99999999999999999999"), 2147483647);
  EXPECT_EQ(RtAtoi("-99999999999999999999"), -2147483647 - 1);
  EXPECT_EQ(RtWtoi(L" 42"), 42);
  EXPECT_EQ(RtWtoi(nullptr), 0);
}

TEST_F(Console, TracePointsAreCheckedAndDropped) {
  char data[600] = {};
  EXPECT_TRUE(RtGenerateEvent(1, data, 500));
  EXPECT_TRUE(RtTraceEvent(102, nullptr, 0));
  EXPECT_FAILS(RtGenerateEvent(103, data, 1), FALSE, ERROR_INVALID_FUNCTION);
  EXPECT_FAILS(RtGenerateEvent(1, data, 501), FALSE, ERROR_BUFFER_OVERFLOW);
  EXPECT_FAILS(RtGenerateEvent(1, nullptr, 1), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtMonitorControl(MONITOR_CONTROL_START, nullptr, 0), FALSE, ERROR_NOT_SUPPORTED);
}

}  // namespace
}  // namespace rtss::test
