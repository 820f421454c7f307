// A file that is cut while it is mapped and read: the kernel answers the next read with SIGBUS.
#pragma once

#include <string>

namespace rtss::tool {

// From now on SIGBUS ends the program with a clear message and kTrouble, and gives the terminal back.
void survive_truncation();

void remember_terminal();                          // before the screen is taken
void remember_screen(const std::string& leaving);  // and what has to be written to leave it
void forget_screen();

}  // namespace rtss::tool
