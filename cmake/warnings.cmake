# Warnings are errors for developers only: a newer compiler must not break a user's build.
if(RTSS_DEVELOPER)
  add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wsign-conversion -Werror)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)
endif()
