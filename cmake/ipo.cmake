# A contended wait or release goes through many short functions in several files. Inlined by the linker they cost some
# 40 ns less for each hand-off.
include(CheckIPOSupported)
set(RTSS_IPO OFF)
if(NOT RTSS_SANITIZE)
  check_ipo_supported(RESULT RTSS_IPO LANGUAGES CXX)
endif()
