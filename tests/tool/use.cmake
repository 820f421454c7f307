# "rtss" end to end, where it uses and runs things: real processes on both sides of each conversation.
if(NOT RTSS_TOOLS)
  message(STATUS "The tests of rtss are not built: RTSS_TOOLS is off")
  return()
endif()
find_program(RTSS_BATS bats REQUIRED)

add_executable(use_peer tool/use_peer.c)
target_link_libraries(use_peer PRIVATE Rtapi::rtapi)
add_executable(use_observe tool/use_observe.cpp)
target_include_directories(use_observe PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(use_observe PRIVATE rtss_inspect)
add_executable(spawn_ratio tool/spawn_ratio.c)
set_target_properties(use_peer use_observe spawn_ratio PROPERTIES
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/tool)
set(USE_ENVIRONMENT "RTSS=$<TARGET_FILE:rtss>;USE_PEER=$<TARGET_FILE:use_peer>;USE_OBSERVE=$<TARGET_FILE:use_observe>"
  "SPAWN_RATIO=$<TARGET_FILE:spawn_ratio>")

function(use_test name)
  add_test(NAME tool.${name} COMMAND ${RTSS_BATS} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.bats)
  set_tests_properties(tool.${name} PROPERTIES LABELS tool ENVIRONMENT "${USE_ENVIRONMENT}" TIMEOUT 240 ${ARGN})
endfunction()

use_test(use_lock)
use_test(use_objects)
use_test(use_run RUN_SERIAL ON)
use_test(use_users)
use_test(use_namespace)

# 10,000 invocations of the command beside a C program.
add_test(NAME tool.use_lock_soak
  COMMAND ${RTSS_BATS} --filter "count together" ${CMAKE_CURRENT_LIST_DIR}/use_lock.bats)
set_tests_properties(tool.use_lock_soak PROPERTIES
  LABELS soak TIMEOUT 0 ENVIRONMENT "${USE_ENVIRONMENT};USE_COUNT=5000")
