// Text for people: durations, sizes, what fits a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rtss::tool {

std::string duration(std::uint64_t milliseconds);      // 120ms 1.2s 3m05s 2h10m 4d03h
std::string fine_duration(std::uint64_t nanoseconds);  // 0.42us 41.2us 1.84ms 184ms, from a second on as above
std::string bytes(std::uint64_t count);                // 512 4.0K 12.6M

// Columns of a terminal that a text takes, and the text cut or filled to exactly so many. main() calls use_utf8().
void use_utf8();
std::size_t width_of(std::string_view text);
enum class Align : bool { kLeft, kRight };
std::string fitted(std::string_view text, std::size_t width, Align align = Align::kLeft);

bool has_part(const std::string& text, const std::string& part);  // in any case

std::size_t terminal_width();  // columns of standard output; 0: not a terminal

// The errno of what was lost; 0: all of it is out.
int flush_standard_output();

// Standard output is a terminal that wants colours.
bool wants_colours();

}  // namespace rtss::tool
