# A contended wait or release goes through many short functions in several files. Inlined by the linker they cost some
# 40 ns less for each hand-off. Off, one edit is linked much sooner: the dev preset says so.
option(RTSS_IPO "Optimise the library across its files at link time" ON)
if(RTSS_SANITIZE)
  set(RTSS_IPO OFF)
elseif(RTSS_IPO)
  include(CheckIPOSupported)
  check_ipo_supported(RESULT RTSS_IPO LANGUAGES CXX)
endif()
