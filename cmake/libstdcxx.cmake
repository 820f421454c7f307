# The C++ library takes longer to load than all else of a short program together. What is needed of it is small. The
# unwinder stays shared: a cancelled thread unwinds through frames of the program, the C library and this one.
function(link_libstdcxx_statically target)
  if(NOT RTSS_SANITIZE)   # a sanitizer replaces functions of the shared one
    # Sections that nothing refers to would ask for a C library newer than the oldest one that serves.
    target_link_options(${target} PRIVATE -static-libstdc++ LINKER:--gc-sections)
  endif()
endfunction()
