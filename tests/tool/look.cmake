# "rtss" end to end, where it looks: each file of tests is one CTest test.
add_executable(tool_actor tool/actor.c)
target_link_libraries(tool_actor PRIVATE Rtapi::rtapi)
set_target_properties(tool_actor PROPERTIES OUTPUT_NAME actor RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/tool)

find_program(RTSS_BATS bats REQUIRED)
foreach(area ls show top doctor clean storm)
  add_test(NAME tool.look_${area} COMMAND ${RTSS_BATS} ${CMAKE_CURRENT_LIST_DIR}/look_${area}.bats)
  set_tests_properties(tool.look_${area} PROPERTIES LABELS tool TIMEOUT 300
    ENVIRONMENT "RTSS=$<TARGET_FILE:rtss>;ACTOR=$<TARGET_FILE:tool_actor>;SOURCE_DIR=${PROJECT_SOURCE_DIR}")
endforeach()
set_tests_properties(tool.look_storm PROPERTIES RUN_SERIAL ON)
add_test(NAME tool.look_storm_soak COMMAND ${RTSS_BATS} ${CMAKE_CURRENT_LIST_DIR}/look_storm.bats)
set_tests_properties(tool.look_storm_soak PROPERTIES LABELS soak RUN_SERIAL ON TIMEOUT 0
  ENVIRONMENT "RTSS=$<TARGET_FILE:rtss>;ACTOR=$<TARGET_FILE:tool_actor>;SOURCE_DIR=${PROJECT_SOURCE_DIR};RTSS_STORM_SECONDS=600")
