# The commands, rtss and rtss-bench, are built when the libraries are there that they need; the library itself needs none
# of them.
find_package(CLI11 QUIET)
find_package(nlohmann_json QUIET)
set(CURSES_NEED_NCURSES TRUE)
set(CURSES_NEED_WIDE TRUE)
find_package(Curses QUIET)

set(RTSS_TOOLS_MISSING)
if(NOT CLI11_FOUND)
  list(APPEND RTSS_TOOLS_MISSING "CLI11 (libcli11-dev)")
endif()
if(NOT nlohmann_json_FOUND)
  list(APPEND RTSS_TOOLS_MISSING "nlohmann-json (nlohmann-json3-dev)")
endif()
if(NOT CURSES_FOUND)
  list(APPEND RTSS_TOOLS_MISSING "ncurses (libncurses-dev)")
endif()
list(JOIN RTSS_TOOLS_MISSING ", " RTSS_TOOLS_MISSING)

if(RTSS_TOOLS_MISSING OR RTSS_SANITIZE)   # a sanitizer's figures say nothing
  set(RTSS_TOOLS_DEFAULT OFF)
else()
  set(RTSS_TOOLS_DEFAULT ON)
endif()
option(RTSS_TOOLS "Build and install the commands rtss and rtss-bench" ${RTSS_TOOLS_DEFAULT})

if(RTSS_TOOLS AND RTSS_TOOLS_MISSING)
  message(FATAL_ERROR "RTSS_TOOLS is on, but not found: ${RTSS_TOOLS_MISSING}. Install them, or turn it off.")
elseif(RTSS_TOOLS_MISSING)
  message(STATUS "rtss and rtss-bench are not built: not found: ${RTSS_TOOLS_MISSING}")
endif()

# The installed tree may be moved as a whole: the commands find the library from where they lie.
file(RELATIVE_PATH RTSS_LIB_FROM_BIN ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
set(RTSS_TOOLS_RPATH "$ORIGIN/${RTSS_LIB_FROM_BIN};$ORIGIN/${RTSS_LIB_FROM_BIN}/rtss")
