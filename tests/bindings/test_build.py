"""The .NET package, its test program and the PowerShell module, made once for the other files of tests."""

import dotnet_tools
import pytest


def test_the_dotnet_package_and_the_module_build():
    outcome = dotnet_tools.record_build()
    if outcome != dotnet_tools.BUILT:
        (pytest.fail if outcome.startswith(dotnet_tools.FAILED) else pytest.skip)(outcome)
