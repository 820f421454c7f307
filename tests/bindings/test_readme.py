"""The READMEs of the bindings and the page on scripts, followed by the letter."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import rtss

ROOT = pathlib.Path(__file__).parent.parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page, language):
    """The blocks of one language, each with the number of its line for a name."""
    text = (ROOT / page).read_text()
    return [
        pytest.param(match[2], id=f"line {text.count(chr(10), 0, match.start()) + 1}")
        for match in BLOCK.finditer(text)
        if match[1] == language
    ]


def run(command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("text", blocks("bindings/python/README.md", "python"))
def test_python_readme(text):
    assert run([sys.executable, "-c", text])


@pytest.mark.parametrize("text", blocks("docs/scripts.md", "python"))
def test_python_of_the_page_on_scripts(text):
    assert run([sys.executable, "-c", text])


@pytest.mark.parametrize("text", blocks("docs/scripts.md", "bash"))
def test_bash_of_the_page_on_scripts(text):
    command = os.environ.get("BINDINGS_RTSS", "")
    if not command:
        pytest.skip("the command rtss is not built here")
    path = f"{pathlib.Path(command).parent}:{os.environ['PATH']}"
    environment = dict(os.environ, PATH=path, RTSS_NAMESPACE=os.environ["RTSS_NAMESPACE"] + "-scripts")
    assert run(["bash", "-euo", "pipefail", "-c", text], env=environment)


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


def test_csharp_readme(tmp_path):
    if not shutil.which("mcs") or not shutil.which("mono"):
        pytest.skip("no Mono (packages mono-mcs, mono-runtime)")
    (program,), (shell,) = (blocks("bindings/csharp/README.md", language) for language in ("csharp", "sh"))
    (tmp_path / "Program.cs").write_text(program.values[0])
    shutil.copy(ROOT / "bindings/csharp/Rtss.cs", tmp_path)
    assert run(["bash", "-e", "-c", shell.values[0]], cwd=tmp_path) == "mine\n"


def test_the_powershell_example_keeps_to_the_class():
    """It cannot be run here; the names that it uses exist at least."""
    members = (ROOT / "bindings/csharp/Rtss.cs").read_text()
    for page in ("examples/scripts/instance.ps1", "docs/scripts.md"):
        text = (ROOT / page).read_text()
        for kind, name in re.findall(r"(Rtss\.(\w+))\(", text) + re.findall(r"(\[Rtss\.(\w+)\])", text):
            assert re.search(rf"class {name}\b", members), f"{page}: {kind}"
        for name in re.findall(r"\$\w+\.(\w+)\(", text) + re.findall(r"\]::(Wait\w+)", text):
            assert re.search(rf"\b{name}\(", members), f"{page}: {name}"
