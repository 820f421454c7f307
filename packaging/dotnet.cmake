# The .NET assembly and the PowerShell module, for the package rtss-dotnet. What they are made of is known only where
# dotnet is and NuGet is in reach: elsewhere the package is left out, by name. Sets RTSS_DOTNET to their folder.
set(RTSS_DOTNET)
find_program(DOTNET dotnet NO_CACHE)
if(NOT DOTNET)
  message(NOTICE "rtss-dotnet is left out: no dotnet (.NET SDK 10)")
  return()
endif()
set(made ${CMAKE_CURRENT_BINARY_DIR}/dotnet)
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
    ${DOTNET} build ${PROJECT_SOURCE_DIR}/bindings/powershell/Rtss.PowerShell.csproj -c Release -nologo -v q
    -o ${made}/Rtss --artifacts-path ${made}/files -p:DebugType=none -p:TargetFrameworks=net10.0
    -nodeReuse:false -p:UseSharedCompilation=false
  OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
if(result EQUAL 0)
  set(RTSS_DOTNET ${made}/Rtss)
elseif(output MATCHES "error NU1[0-9][0-9][0-9]")
  message(NOTICE "rtss-dotnet is left out: NuGet is out of reach")
else()
  message(FATAL_ERROR "rtss-dotnet: ${output}")
endif()
