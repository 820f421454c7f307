# What a user of the library gets: header, library, CMake package Rtapi and pkg-config module rtapi. The installed tree
# may be moved as a whole: both find their prefix from where they lie.
include(CMakePackageConfigHelpers)

set(RTAPI_CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/Rtapi)
set(RTAPI_PKGCONFIG_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH RTAPI_PKGCONFIG_TO_PREFIX
  ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" RTAPI_PKGCONFIG_TO_PREFIX ${RTAPI_PKGCONFIG_TO_PREFIX})

install(TARGETS rtapi EXPORT RtapiTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library NAMELINK_COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/rtapi/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  COMPONENT development FILES_MATCHING PATTERN "*.h")

install(EXPORT RtapiTargets NAMESPACE Rtapi:: DESTINATION ${RTAPI_CMAKE_DIR} COMPONENT development)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/RtapiConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/RtapiConfig.cmake INSTALL_DESTINATION ${RTAPI_CMAKE_DIR})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/RtapiConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/RtapiConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/RtapiConfigVersion.cmake
  DESTINATION ${RTAPI_CMAKE_DIR} COMPONENT development)

configure_file(${PROJECT_SOURCE_DIR}/cmake/rtapi.pc.in ${CMAKE_CURRENT_BINARY_DIR}/rtapi.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/rtapi.pc DESTINATION ${RTAPI_PKGCONFIG_DIR} COMPONENT development)
