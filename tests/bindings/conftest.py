"""The namespace, the peers and the look inside that the binding tests share."""

import ctypes
import glob
import os
import pathlib
import signal
import subprocess
import sys

import pytest

# Before the first call of the library: it reads the variable once.
os.environ["RTSS_NAMESPACE"] = f"bindings-{os.getpid()}"
FILES = f"/dev/shm/rtss-{os.getuid()}-bindings-{os.getpid()}*"
SOURCE = pathlib.Path(__file__).parent

import dotnet_tools  # noqa: E402
import rtss  # noqa: E402


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Peer:
    """A process that obeys the commands of peer.c."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent, **options
        )

    def tell(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline().rstrip("\r\n")

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        self.process.kill()
        self.end()


# Wine's server and a prefix that all tests share, for as long as a session of tests lasts that is for Wine.
WINDOWS = pathlib.Path(os.environ.get("BINDINGS_WINDOWS", "/nowhere"))
if WINDOWS.is_dir():
    os.environ |= {
        "WINEPREFIX": str(WINDOWS / "prefix"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=",
    }


def windows_program(name, *words):
    return ["wine", str(WINDOWS / f"{name}.exe"), *words]


COMMANDS = {
    "c": lambda: [os.environ["BINDINGS_PEER"]],
    "python": lambda: [sys.executable, str(SOURCE / "peer.py")],
    "csharp": dotnet_tools.program,
}
if WINDOWS.is_dir():
    COMMANDS = {"c": COMMANDS["c"], "wine": lambda: windows_program("peer")}


@pytest.fixture
def start():
    """Starts peers by the name of their language; they end with the test."""
    peers = []

    def start_one(language):
        peers.append(Peer(COMMANDS[language]()))
        return peers[-1]

    yield start_one
    for peer in peers:
        if not peer.process.stdin.closed:
            peer.kill()


@pytest.fixture(params=list(COMMANDS))
def peer(request, start):
    return start(request.param)


@pytest.fixture
def name(request):
    """A name that no other test uses."""
    return request.node.name


def until_waiting(name, count=1):
    subprocess.run([os.environ["BINDINGS_LOOK"], "waiting", name, str(count)], check=True)


@pytest.fixture
def script():
    """Runs a Python script as a process of its own."""
    running = []

    def run(text, *arguments, **options):
        process = subprocess.Popen(
            [sys.executable, "-c", text, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
            **options,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session", autouse=True)
def wine_server():
    if WINDOWS.is_dir():
        # Wine's services start with the first program and keep its files open: not those of a test.
        (WINDOWS / "prefix").mkdir(exist_ok=True)  # Wine's server makes no directory
        subprocess.run(["wineserver", "-k"])
        subprocess.run(["wineserver", "-p"], check=True)
        made = (WINDOWS / "prefix/system.reg").exists()
        command = ["cmd", "/c", "exit"] if made else ["wineboot", "-i"]
        subprocess.run(["wine", *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield
    if WINDOWS.is_dir():
        subprocess.run(["wineserver", "-k"], check=True)


@pytest.fixture(scope="session", autouse=True)
def namespace(wine_server):
    yield
    # A process that takes part buries those that died; one that only looks does not.
    taking_part = rtss.Event(manual_reset=True)
    intact = subprocess.run([os.environ["BINDINGS_LOOK"], "check"]).returncode == 0
    taking_part.close()
    for file in glob.glob(FILES):
        os.unlink(file)
    assert intact, "the namespace is inconsistent after the tests"
