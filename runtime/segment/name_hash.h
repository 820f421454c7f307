// Which bucket of the name table a name belongs to. Part of the layout: every process must agree.
#pragma once

#include <cstdint>
#include <string_view>

namespace rtss::runtime {

constexpr std::uint32_t bucket_index(std::string_view name, std::uint32_t bucket_mask) {
  std::uint32_t hash = 0x811c'9dc5;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193;
  return hash & bucket_mask;
}

}  // namespace rtss::runtime
