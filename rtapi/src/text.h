// Object names as callers pass them, turned into the UTF-8 the runtime keeps.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "runtime/runtime.h"

namespace rtss::rtapi {

// Reads a NUL-terminated name of any of the three encodings; a null pointer reads as the empty name. The first defect
// from the left decides: malformed text is kInvalidName, more than kCapacity bytes of UTF-8 is kNameTooLong.
// Allocates nothing and reads nothing behind the first defect.
class ObjectName {
 public:
  // Longer than any name the runtime takes, with a prefix that it strips.
  static constexpr std::size_t kCapacity = runtime::kMaxNameBytes + std::string_view(R"(Global\)").size();

  explicit ObjectName(const char* utf8);
  explicit ObjectName(const char16_t* utf16);
  explicit ObjectName(const char32_t* utf32);

  [[nodiscard]] runtime::Status status() const { return status_; }                // kOk, kInvalidName or kNameTooLong
  [[nodiscard]] std::string_view text() const { return {bytes_.data(), size_}; }  // meaningful when kOk

 private:
  template <typename Unit>
  void read(const Unit* text);
  bool append(char32_t character);

  runtime::Status status_ = runtime::Status::kOk;
  std::size_t size_ = 0;
  std::array<char, kCapacity> bytes_;
};

// Text of any length as UTF-8. False when it is malformed. A null pointer reads as no text.
template <typename Unit>
bool to_utf8(const Unit* text, std::string* utf8);

void append_utf8(char32_t character, std::string* utf8);

}  // namespace rtss::rtapi
