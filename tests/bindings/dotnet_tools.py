"""The .NET test program and the PowerShell module, built once for all tests; and where pwsh is."""

import functools
import os
import pathlib
import re
import shutil
import subprocess

import pytest

SOURCE = pathlib.Path(__file__).parent
ROOT = SOURCE.parent.parent
PAGES = ("bindings/dotnet/README.md", "docs/scripts.md")
BUILT, FAILED = "built", "failed\n"
NO_NUGET = re.compile(r"error NU1\d\d\d")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page, language):
    """The blocks of one language, as (line, text)."""
    text = (ROOT / page).read_text()
    return [
        (text.count("\n", 0, match.start()) + 1, match[2])
        for match in BLOCK.finditer(text)
        if match[1] == language
    ]


def _work():
    return pathlib.Path(os.environ["BINDINGS_WORK"]) / "dotnet"


def _program_of_blocks():
    """A C# file with every C# block of the documentation as a method, chosen by the number of page and block."""
    classes, choices = [], []
    for page, path in enumerate(PAGES):
        for line, text in blocks(path, "csharp"):
            usings = "".join(re.findall(r"^using [\w.= ]+;\n", text, re.MULTILINE))
            body = re.sub(r"^using [\w.= ]+;\n", "", text, flags=re.MULTILINE)
            name = f"Page{page}Line{line}"
            method = f"static class Program {{ internal static void Run() {{\n{body}}} }}"
            classes.append(f"namespace {name} {{\n{usings}{method} }}\n")
            choices.append(f'case "{page}:{line}": {name}.Program.Run(); return 0;\n')
    chosen = "".join(choices)
    run = f"internal static int Run(string which) {{ switch (which) {{ {chosen} default: return 1; }} }}"
    return f"internal static class Blocks {{ {run} }}\n" + "".join(classes)


def environment():
    return dict(os.environ, DOTNET_CLI_TELEMETRY_OPTOUT="1", DOTNET_NOLOGO="1", DOTNET_SKIP_FIRST_TIME_EXPERIENCE="1")


def run_dotnet(*arguments):
    """Leaves no server behind. Returns the finished process."""
    command = ["dotnet", *arguments, "-nodeReuse:false", "-p:UseSharedCompilation=false"]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment())


def _build(work, module, **properties):
    return run_dotnet(
        "build", str(SOURCE / "dotnet/Peer.csproj"), "-c", "Release", "--artifacts-path", str(work), "-v", "q",
        "-nologo", "-p:TargetFrameworks=net10.0", f"-p:Blocks={work / 'Blocks.cs'}", f"-p:Module={module}",
        *(f"-p:{name}={value}" for name, value in properties.items()),
    )


def build():
    """Builds what is older than its sources. Says "built", or why the tests that need it are to be skipped or fail."""
    if not shutil.which("dotnet"):
        return "no dotnet (.NET SDK 10)"
    work = _work()
    generated, stamp, modules = work / "Blocks.cs", work / "stamp", work / "modules"
    text = _program_of_blocks()
    if not generated.exists() or generated.read_text() != text:
        generated.write_text(text)
    folders = (SOURCE / "dotnet", ROOT / "bindings/dotnet", ROOT / "bindings/powershell", ROOT / "bench/dotnet")
    sources = [file for folder in folders for file in folder.rglob("*") if file.is_file()] + [generated]
    if stamp.exists() and stamp.stat().st_mtime >= max(file.stat().st_mtime for file in sources):
        return BUILT
    shutil.rmtree(modules, ignore_errors=True)
    done = _build(work, "yes")
    if done.returncode == 0:
        made = work / "bin/Rtss.PowerShell/release_net10.0"
        shutil.copytree(made, modules / "Rtss", ignore=shutil.ignore_patterns("*.pdb", "*.xml"))
        stamp.touch()
    elif NO_NUGET.search(done.stdout):
        # The SDK alone builds the package; the module and the check for AOT need NuGet.
        done = _build(work, "no", IsAotCompatible="false")
        if done.returncode and NO_NUGET.search(done.stdout):
            return "NuGet is out of reach"
    return BUILT if done.returncode == 0 else FAILED + done.stdout


def record_build():
    """Once for each run of the tests; all files of tests go by what it has written."""
    _work().mkdir(exist_ok=True)
    outcome = build()
    (_work() / "outcome").write_text(outcome)
    return outcome


@functools.lru_cache(maxsize=None)
def _outcome():
    return (_work() / "outcome").read_text()


def built():
    """The folder of the built things."""
    if _outcome().startswith(FAILED):
        pytest.fail("the test bindings.build has failed")
    if _outcome() != BUILT:
        pytest.skip(_outcome())
    return _work()


def program():
    return ["dotnet", str(built() / "bin/Peer/release_net10.0/peer.dll")]


def pwsh():
    """PowerShell itself: the pwsh of the .NET tool starts it as a child, which survives a kill of pwsh."""
    found = shutil.which("pwsh", path=f"{os.environ['PATH']}:{pathlib.Path.home() / '.dotnet/tools'}")
    if not found:
        pytest.skip("no pwsh (dotnet tool install --global PowerShell)")
    tool = sorted(pathlib.Path(found).parent.glob(".store/powershell/*/powershell/*/tools/net*/any/unix/pwsh.dll"))
    command = ["dotnet", str(tool[-1])] if tool else [os.path.realpath(found)]
    return [*command, "-NoProfile", "-NonInteractive"]


def nuget():
    """The folder of the built things, where NuGet serves what the SDK lacks."""
    if not (built() / "modules").exists():
        pytest.skip("NuGet is out of reach")
    return _work()


def module_path():
    """Where PowerShell finds the module."""
    return str(nuget() / "modules")


def script_environment():
    """For scripts of any language: the command rtss, and the module."""
    command = os.environ.get("BINDINGS_RTSS", "")
    if not command:
        pytest.skip("the command rtss is not built here")
    return dict(
        environment(), PATH=f"{pathlib.Path(command).parent}:{os.environ['PATH']}", POWERSHELL_TELEMETRY_OPTOUT="1",
        POWERSHELL_UPDATECHECK="Off",
    )
