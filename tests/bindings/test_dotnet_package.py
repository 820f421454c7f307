"""The NuGet package, made and used: by a program that is compiled ahead of time, and in its half for older runtimes."""

import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import dotnet_tools
import pytest

CONSUMER = dotnet_tools.SOURCE / "dotnet_consumer"


@pytest.fixture(scope="module")
def packages():
    """The folder with the package, made anew."""
    folder = dotnet_tools.nuget() / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    done = dotnet_tools.run_dotnet(
        "pack", str(dotnet_tools.ROOT / "bindings/dotnet/Rtss"), "-c", "Release", "-o", str(folder), "--artifacts-path",
        str(folder.parent / "pack"), "-v", "q", "-nologo",
    )
    assert done.returncode == 0, done.stdout
    return folder


def version(packages):
    (made,) = packages.glob("Rtss.*.nupkg")
    return made.stem.partition(".")[2]


def package(packages):
    return zipfile.ZipFile(packages / f"Rtss.{version(packages)}.nupkg")


def test_the_package_holds_both_targets_their_help_and_the_analyzer(packages):
    names = set(package(packages).namelist())
    assert {
        "lib/net10.0/Rtss.dll", "lib/net10.0/Rtss.xml", "lib/netstandard2.0/Rtss.dll", "lib/netstandard2.0/Rtss.xml",
        "analyzers/dotnet/cs/Rtss.Analyzers.dll", "README.md",
    } <= names


def test_the_package_has_the_version_of_the_library(packages):
    library = re.search(r"project\(\w+\s+VERSION ([0-9.]+)", (dotnet_tools.ROOT / "CMakeLists.txt").read_text())[1]
    module = (dotnet_tools.ROOT / "bindings/powershell/Rtss/Rtss.psd1").read_text()
    assert version(packages) == library
    assert f"ModuleVersion = '{library}'" in module


def test_the_half_for_older_runtimes_does_the_same(packages, tmp_path):
    program = pathlib.Path(dotnet_tools.program()[1])
    shutil.copytree(program.parent, tmp_path / "peer")
    (tmp_path / "peer/Rtss.dll").write_bytes(package(packages).read("lib/netstandard2.0/Rtss.dll"))
    done = subprocess.run(
        ["dotnet", tmp_path / "peer" / program.name, "runtime"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout


def test_a_program_compiled_ahead_of_time_runs_and_is_warned_of_an_await_between_take_and_release(packages, tmp_path):
    linker = shutil.which("clang") or shutil.which("gcc")
    if not linker:
        pytest.skip("no linker for native code (clang or gcc)")
    work, home = packages.parent, pathlib.Path.home()
    shutil.rmtree(work / "cache/rtss", ignore_errors=True)  # an earlier build of the same version
    done = dotnet_tools.run_dotnet(
        "publish", str(CONSUMER / "Consumer.csproj"), "-c", "Release", "-o", str(tmp_path), "--artifacts-path",
        str(work / "consumer"), "-v", "q", "-nologo", f"-p:CppCompilerAndLinker={pathlib.Path(linker).name}",
        f"-p:RtssVersion={version(packages)}", f"-p:RestoreAdditionalProjectSources={packages}", f"-p:RestorePackagesPath={work / 'cache'}",
        f"-p:RestoreFallbackFolders={home / '.nuget/packages'}",
    )
    if done.returncode and re.search(r"error NU1\d\d\d.*ILCompiler", done.stdout):
        pytest.skip("NuGet does not serve the compiler to native code here")
    assert done.returncode == 0, done.stdout
    warnings = set(re.findall(r"Program\.cs\((\d+),.*warning (\w+)", done.stdout))
    lines = (CONSUMER / "Program.cs").read_text().splitlines()
    warned_of = {(str(number), "RTSS001") for number, line in enumerate(lines, 1) if line.endswith("// warned of")}
    assert warnings == warned_of and len(warned_of) == 2, done.stdout
    assert "warning IL" not in done.stdout, done.stdout
    environment = dict(os.environ, RTSS_NAMESPACE=os.environ["RTSS_NAMESPACE"] + "-native")
    output = subprocess.run([tmp_path / "consumer"], stdout=subprocess.PIPE, text=True, env=environment, check=True).stdout
    assert output == "good\n"
