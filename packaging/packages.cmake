# Debian packages, one for each component: librtapi0, librtapi-dev, rtss-tools, python3-rtss and, where the tools are
# that they are made with, rtss-dotnet and librtapi-wine.
set(RTSS_MAINTAINER "the rtapi authors <rtapi@localhost>" CACHE STRING "Maintainer field of the Debian packages")
set(release 1)
set(files ${CMAKE_CURRENT_BINARY_DIR}/files)

configure_file(changelog ${files}/changelog.Debian @ONLY)
file(GLOB headers CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rtapi/include/*.h ${PROJECT_SOURCE_DIR}/rtapi/include/rtapi/*.h)
add_custom_command(OUTPUT ${files}/api-docs.stamp DEPENDS ${headers} ${PROJECT_SOURCE_DIR}/docs/Doxyfile VERBATIM
  COMMAND ${PROJECT_SOURCE_DIR}/tools/api-docs ${files}/api
  COMMAND ${CMAKE_COMMAND} -E touch ${files}/api-docs.stamp)
add_custom_target(package_files DEPENDS ${files}/api-docs.stamp)

# Every package has these two. "documentation(COMPONENT PACKAGE)"
function(documentation component package)
  install(FILES copyright ${files}/changelog.Debian DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
    COMPONENT ${component})
endfunction()
documentation(library librtapi0)
documentation(development librtapi-dev)
documentation(tools rtss-tools)
documentation(python python3-rtss)

install(DIRECTORY ${files}/api/man/man3 DESTINATION ${CMAKE_INSTALL_MANDIR} COMPONENT development)
install(FILES debian/rtss-tools.lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
  RENAME rtss-tools COMPONENT tools)
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/rtss-tools COMPONENT tools)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/librtapi-dev
  COMPONENT development FILES_MATCHING PATTERN "*.[ch]" PATTERN "*.cpp" PATTERN README.md
  PATTERN demo EXCLUDE PATTERN scripts EXCLUDE)
file(GLOB modules CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/bindings/python/rtss/*.py)
install(FILES ${modules} ${PROJECT_SOURCE_DIR}/bindings/python/rtss/py.typed
  DESTINATION lib/python3/dist-packages/rtss COMPONENT python)

include(dotnet.cmake)
if(RTSS_DOTNET)
  documentation(dotnet rtss-dotnet)
  install(FILES ${RTSS_DOTNET}/Rtss.dll ${RTSS_DOTNET}/Rtss.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/rtss/dotnet
    COMPONENT dotnet)
  foreach(file Rtss.dll Rtss.PowerShell.dll Rtss.psd1 Rtss.psm1)
    install(FILES ${RTSS_DOTNET}/${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/rtss/powershell/Rtss COMPONENT dotnet)
  endforeach()
endif()

if(RTSS_WINE)
  documentation(wine librtapi-wine)
  install(FILES debian/librtapi-wine.lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
    RENAME librtapi-wine COMPONENT wine)
elseif(RTSS_WINE_MISSING)
  message(NOTICE "librtapi-wine is left out: not found: ${RTSS_WINE_MISSING}")
else()
  message(NOTICE "librtapi-wine is left out: RTSS_WINE is off")
endif()

# The symbols file, from the list that the tests hold the library to.
file(STRINGS ${PROJECT_SOURCE_DIR}/tests/compile/exported_symbols.txt symbols)
set(text "librtapi.so.${PROJECT_VERSION_MAJOR} librtapi${PROJECT_VERSION_MAJOR} (>= ${PROJECT_VERSION})\n RTAPI_1.0@RTAPI_1.0 ${PROJECT_VERSION}\n")
foreach(symbol ${symbols})
  string(APPEND text " ${symbol}@RTAPI_1.0 ${PROJECT_VERSION}\n")
endforeach()
string(APPEND text " pthread_create@Base ${PROJECT_VERSION}\n")
file(STRINGS ${PROJECT_SOURCE_DIR}/rtapi/src/host.h private REGEX "rtss_host_[a-z]+\\(")
string(APPEND text " RTSS_PRIVATE@RTSS_PRIVATE ${PROJECT_VERSION}\n")
foreach(line ${private})
  string(REGEX MATCH "rtss_host_[a-z]+" symbol "${line}")
  string(APPEND text " ${symbol}@RTSS_PRIVATE ${PROJECT_VERSION}\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/symbols CONTENT "${text}" @ONLY)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/shlibs @ONLY
  CONTENT "librtapi ${PROJECT_VERSION_MAJOR} librtapi0 (>= ${PROJECT_VERSION})\n")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME rtapi)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${RTSS_MAINTAINER})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL library development tools python)
if(RTSS_DOTNET)
  list(APPEND CPACK_COMPONENTS_ALL dotnet)
endif()
if(RTSS_WINE)
  list(APPEND CPACK_COMPONENTS_ALL wine)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_SOURCE_DIR}/compress.cmake)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE ${release})
set(CPACK_DEBIAN_PACKAGE_SOURCE rtapi)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/rtapi ${PROJECT_BINARY_DIR}/bench)
set(full "${PROJECT_VERSION}-${release}")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME librtapi0)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "RTX-compatible real-time objects across processes
Named mutexes, events, semaphores and memory that processes share, with the
C API of RTX/RTX64: priority inheritance across processes, waits on many
objects, and survival of killed processes, without a daemon.

This package contains the shared library.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/debian/triggers
  ${CMAKE_CURRENT_BINARY_DIR}/shlibs ${CMAKE_CURRENT_BINARY_DIR}/symbols)

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME librtapi-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "librtapi0 (= ${full})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "RTX-compatible real-time objects across processes (development)
Named mutexes, events, semaphores and memory that processes share, with the
C API of RTX/RTX64.

This package contains headers, the CMake package Rtapi, the pkg-config modules
rtapi and rtapi-compat, and manual pages of the API.")

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME rtss-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "librtapi0 (= ${full})")
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "see and use named real-time objects from the command line
The command rtss lists the mutexes, events, semaphores and memory that
processes share through librtapi, their owners and waiters, uses them from
scripts, and checks a machine for real-time work. rtss-bench measures.")

set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-rtss)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3:any (>= 3.9), librtapi0 (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/debian/python/postinst
  ${CMAKE_CURRENT_SOURCE_DIR}/debian/python/prerm)
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION "named real-time objects shared between processes, for Python
Mutexes, events, semaphores and memory that a Python program shares by name
with C programs, shell scripts and other Python programs, through librtapi.")

set(CPACK_DEBIAN_DOTNET_PACKAGE_NAME rtss-dotnet)
set(CPACK_DEBIAN_DOTNET_PACKAGE_SECTION cli-mono)
set(CPACK_DEBIAN_DOTNET_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_DOTNET_PACKAGE_SHLIBDEPS OFF)
set(CPACK_DEBIAN_DOTNET_PACKAGE_DEPENDS "librtapi0 (>= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_DOTNET_PACKAGE_RECOMMENDS "rtss-tools (>= ${PROJECT_VERSION})")
set(CPACK_COMPONENT_DOTNET_DESCRIPTION "named real-time objects shared between processes, for .NET and PowerShell
Mutexes, events, semaphores and memory that .NET programs and PowerShell
scripts share by name with C programs, shell scripts and Python programs,
through librtapi.

This package contains an assembly for .NET 10 and a module for PowerShell 7.6,
neither of which is in Debian.")

# How Wine ends threads may change with each of its major versions.
string(REGEX MATCH "^[0-9]+" wine "${RTSS_WINE_VERSION}")
math(EXPR next_wine "0${wine} + 1")
set(CPACK_DEBIAN_WINE_PACKAGE_NAME librtapi-wine)
set(CPACK_DEBIAN_WINE_PACKAGE_SECTION otherosfs)
set(CPACK_DEBIAN_WINE_PACKAGE_DEPENDS "librtapi0 (= ${full}), wine64 (>= ${wine}~), wine64 (<< ${next_wine}~)")
set(CPACK_DEBIAN_WINE_PACKAGE_RECOMMENDS "rtss-tools (= ${full})")
set(CPACK_COMPONENT_WINE_DESCRIPTION "named real-time objects shared between processes, for Windows programs
Windows programs that were linked with RTX64's RtApi.dll run under Wine and
share mutexes, events, semaphores and memory by name with native programs,
through librtapi.

This package contains RtApi.dll, RTSSrun.exe and RTSSkill.exe for Wine, and
the header and import library to build such programs.")
include(CPack)
