# Turns the guide GUIDE into the manual page PAGE, with the program LOWDOWN and tools/tidy-man.
cmake_minimum_required(VERSION 3.25)
file(READ ${GUIDE} text)
string(REGEX REPLACE "^# [^\n]*" "# NAME\n\nporting-from-rtx - how to build and run programs written for RTX\n\n# DESCRIPTION"
  text "${text}")
string(REGEX REPLACE "\\[([^]\n]+)\\]\\([^)\n]+\\)" "\\1" text "${text}")   # a page has no links
file(WRITE ${PAGE}.md "${text}")
execute_process(COMMAND ${LOWDOWN} -s -tman --parse-no-intraemph -Mtitle=porting-from-rtx -Msection=7 -o ${PAGE} ${PAGE}.md
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/../tools/tidy-man ${PAGE} COMMAND_ERROR_IS_FATAL ANY)
