if(RTSS_FUZZER)
  set(RTSS_SANITIZE fuzzer-no-link,address,undefined)
endif()
if(RTSS_SANITIZE)
  add_compile_options(-fsanitize=${RTSS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)   # instrumented code confuses the analysis behind it
  add_link_options(-fsanitize=${RTSS_SANITIZE})
endif()
