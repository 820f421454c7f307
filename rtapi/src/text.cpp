#include "rtapi/src/text.h"

#include <cstdint>

namespace rtss::rtapi {
namespace {

constexpr char32_t kMalformed = 0xFFFFFFFF;
constexpr char32_t kLastCharacter = 0x10FFFF;

constexpr bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
constexpr bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }
constexpr bool is_character(char32_t value) {
  return value <= kLastCharacter && !is_high_surrogate(value) && !is_low_surrogate(value);
}

// Each next() decodes the character at text, which is not at the terminator, and moves behind it. A terminator inside a
// sequence is never a valid continuation, so nothing behind it is read.

char32_t next(const char32_t*& text) {
  const char32_t value = *text++;
  return is_character(value) ? value : kMalformed;
}

char32_t next(const char16_t*& text) {
  const char32_t first = *text++;
  if (!is_high_surrogate(first)) return is_character(first) ? first : kMalformed;
  if (!is_low_surrogate(*text)) return kMalformed;
  const char32_t second = *text++;
  return 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
}

struct Utf8Lead {
  int continuation_bytes;  // -1: not a lead byte
  char32_t bits;
  char32_t smallest;  // anything below is an overlong form
};

constexpr Utf8Lead utf8_lead(std::uint8_t byte) {
  if (byte < 0x80) return {0, byte, 0};
  if ((byte & 0xE0) == 0xC0) return {1, byte & 0x1Fu, 0x80};
  if ((byte & 0xF0) == 0xE0) return {2, byte & 0x0Fu, 0x800};
  if ((byte & 0xF8) == 0xF0) return {3, byte & 0x07u, 0x10000};
  return {-1, 0, 0};
}

char32_t next(const char*& text) {
  const Utf8Lead lead = utf8_lead(static_cast<std::uint8_t>(*text++));
  if (lead.continuation_bytes < 0) return kMalformed;
  char32_t value = lead.bits;
  for (int i = 0; i < lead.continuation_bytes; ++i) {
    const auto byte = static_cast<std::uint8_t>(*text);
    if ((byte & 0xC0) != 0x80) return kMalformed;
    value = value << 6 | (byte & 0x3Fu);
    ++text;
  }
  return value >= lead.smallest && is_character(value) ? value : kMalformed;
}

constexpr std::size_t utf8_size(char32_t character) {
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character < 0x10000 ? 3 : 4;
}

// Writes the character's utf8_size() bytes.
void encode(char32_t character, char* bytes) {
  static constexpr std::array<std::uint8_t, 5> kLeadMarks = {0, 0x00, 0xC0, 0xE0, 0xF0};
  const std::size_t count = utf8_size(character);
  for (std::size_t i = count - 1; i > 0; --i) {
    bytes[i] = static_cast<char>(0x80 | (character & 0x3F));
    character >>= 6;
  }
  bytes[0] = static_cast<char>(kLeadMarks[count] | character);
}

}  // namespace

void append_utf8(char32_t character, std::string* utf8) {
  const std::size_t end = utf8->size();
  utf8->resize(end + utf8_size(character));
  encode(character, utf8->data() + end);
}

template <typename Unit>
bool to_utf8(const Unit* text, std::string* utf8) {
  if (text == nullptr) return true;
  while (*text != 0) {
    const char32_t character = next(text);
    if (character == kMalformed) return false;
    append_utf8(character, utf8);
  }
  return true;
}
template bool to_utf8(const char* text, std::string* utf8);
template bool to_utf8(const char16_t* text, std::string* utf8);
template bool to_utf8(const char32_t* text, std::string* utf8);

ObjectName::ObjectName(const char* utf8) { read(utf8); }
ObjectName::ObjectName(const char16_t* utf16) { read(utf16); }
ObjectName::ObjectName(const char32_t* utf32) { read(utf32); }

template <typename Unit>
void ObjectName::read(const Unit* text) {
  if (text == nullptr) return;
  while (*text != 0) {
    const char32_t character = next(text);
    if (character == kMalformed) {
      status_ = runtime::Status::kInvalidName;
      return;
    }
    if (!append(character)) {
      status_ = runtime::Status::kNameTooLong;
      return;
    }
  }
}

bool ObjectName::append(char32_t character) {
  const std::size_t count = utf8_size(character);
  if (count > kCapacity - size_) return false;
  encode(character, bytes_.data() + size_);
  size_ += count;
  return true;
}

}  // namespace rtss::rtapi
