if(RTSS_SANITIZE)
  add_compile_options(-fsanitize=${RTSS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RTSS_SANITIZE})
endif()
