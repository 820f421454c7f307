"""The READMEs of the bindings and the page on scripts, followed by the letter."""

import os
import re
import shutil
import subprocess
import sys

import dotnet_tools
import pytest
import rtss
from conftest import die_with_parent
from dotnet_tools import PAGES, ROOT


def blocks(page, language):
    """The blocks of one language, each with the number of its line for a name."""
    return [pytest.param(text, id=f"line {line}") for line, text in dotnet_tools.blocks(page, language)]


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("text", blocks("bindings/python/README.md", "python"))
def test_python_readme(text):
    assert run([sys.executable, "-c", text])


@pytest.mark.parametrize("text", blocks("docs/scripts.md", "python"))
def test_python_of_the_page_on_scripts(text):
    assert run([sys.executable, "-c", text], env=dotnet_tools.script_environment())


@pytest.mark.parametrize("text", blocks("docs/scripts.md", "bash"))
def test_bash_of_the_page_on_scripts(text, tmp_path):
    environment = dict(dotnet_tools.script_environment(), RTSS_NAMESPACE=os.environ["RTSS_NAMESPACE"] + "-scripts")
    assert run(["bash", "-euo", "pipefail", "-c", text], env=environment, cwd=tmp_path)


@pytest.mark.parametrize("way", ["exec rtss lock -n my-daemon", "coproc INSTANCE"])
def test_a_bash_script_of_the_page_is_the_only_instance_until_it_is_killed(way, tmp_path):
    (text,) = [block.values[0] for block in blocks("docs/scripts.md", "bash") if way in block.values[0]]
    body = re.search(r"<<'SCRIPT'\n(.*?)^SCRIPT$", text, re.S | re.M)
    script = tmp_path / "script"
    script.write_text((body[1] if body else text) + "\nread -r _ || true\n")
    environment = dict(dotnet_tools.script_environment(), RTSS_NAMESPACE=os.environ["RTSS_NAMESPACE"] + "-instance")

    def start():
        return subprocess.Popen(
            ["bash", "-eu", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
            preexec_fn=die_with_parent,
        )

    first = start()
    assert first.stdout.readline() == "I am the only one\n"
    second = start()
    second.communicate()
    assert second.returncode == 75
    first.kill()
    first.wait()
    while subprocess.run(["rtss", "try", "-q", "my-daemon"], env=environment).returncode == 75:
        pass  # until its rtss has noticed; the suite's time-out bounds it
    third = start()
    assert third.communicate()[0] == "I am the only one\n"
    assert third.returncode == 0


def test_the_python_module_has_the_version_of_the_library():
    version = re.search(r"project\(\w+\s+VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert rtss.__version__ == version


def test_python_installation_needs_neither_the_network_nor_setuptools(tmp_path):
    ready = "import ensurepip, venv, pip"
    if subprocess.run([sys.executable, "-W", "ignore", "-c", ready], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no venv or pip (packages python3-venv, python3-pip)")
    (text,) = blocks("bindings/python/README.md", "sh")
    directory = tmp_path / "python"
    shutil.copytree(ROOT / "bindings/python", directory)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment.update(PATH="/usr/bin:/bin", PIP_NO_INDEX="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    output = run(["bash", "-e", "-c", text.values[0]], cwd=directory, env=environment)
    assert output.splitlines()[-1] == "True"


@pytest.mark.parametrize(
    "which",
    [f"{number}:{line}" for number, page in enumerate(PAGES) for line, _ in dotnet_tools.blocks(page, "csharp")],
)
def test_csharp_of_the_pages(which):
    run([*dotnet_tools.program(), "block", which], env=dotnet_tools.script_environment())


def test_powershell_of_the_page_on_scripts(tmp_path):
    """All blocks in one process, which takes long to start; each in a scope of its own."""
    lines = [line for line, text in dotnet_tools.blocks("docs/scripts.md", "powershell")]
    for line, text in dotnet_tools.blocks("docs/scripts.md", "powershell"):
        (tmp_path / f"{line}.ps1").write_text(text)
    each = "$ErrorActionPreference = 'Stop'\n" + "".join(
        f"'line {line}: ' + (& {str(tmp_path / f'{line}.ps1')!r})\n" for line in lines
    )
    (tmp_path / "all.ps1").write_text(each)
    environment = dict(
        dotnet_tools.script_environment(), PSModulePath=dotnet_tools.module_path(),
        RTSS_NAMESPACE=os.environ["RTSS_NAMESPACE"] + "-powershell",
    )
    output = run([*dotnet_tools.pwsh(), "-File", str(tmp_path / "all.ps1")], env=environment)
    assert [said.split(":")[0] for said in output.splitlines()] == [f"line {line}" for line in lines], output
