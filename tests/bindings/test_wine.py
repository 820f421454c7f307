"""Programs of Windows under Wine, on the same objects as native ones. The peers' common tests run beside these, with
a peer that is a program of Windows."""

import json
import os
import pathlib
import shutil
import signal
import subprocess

import pytest
import rtss
from conftest import WINDOWS, die_with_parent, until_waiting, windows_program

pytestmark = pytest.mark.skipif(not WINDOWS.is_dir(), reason="run by bindings.wine")
LONG = 60


def run(*words, **options):
    return subprocess.run(
        windows_program(*words), stdout=subprocess.PIPE, text=True, timeout=200, preexec_fn=die_with_parent, **options
    )


@pytest.fixture
def windows():
    """Starts the program with what it is to do; it is killed after the test."""
    running = []

    def start(*words):
        process = subprocess.Popen(
            windows_program("windows", *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_the_dll_has_every_call_of_the_library():
    listed = pathlib.Path(os.environ["BINDINGS_SYMBOLS"]).read_text().split()
    calls = [name for name in listed if not name.endswith("32")]
    assert len(calls) > 100
    assert run("windows", "calls", *calls).stdout == "ok\n"


def test_errors_names_handles_and_text_are_as_windows_has_them():
    assert run("windows", "inside").stdout == "1 two 3.5 vier|1 two 3.5\nok\n"


def test_threads_and_timers_are_known_to_wine_and_end_in_every_way():
    assert run("windows", "threads").stdout == "ok\n"


WAYS = [
    "return",
    "exit",
    "ExitProcess",
    "TerminateProcess",
    "RtExitProcess",
    "RtTerminateProcess",
    "abort",
    "access violation",
    "violation in a thread",
    "killed",
]


@pytest.mark.parametrize("way", WAYS)
def test_what_a_program_owned_is_abandoned_however_it_ends(windows, name, way):
    mutex = rtss.Mutex(name)
    program = windows("end", way, name)
    assert program.stdout.readline() == "owned\n"
    if way == "killed":
        program.kill()
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire(LONG)
    mutex.consistent()
    mutex.release()
    program.wait(LONG)


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_handed_to_a_waiter_that_ended_in_any_way(windows, name, way):
    mutex = rtss.Mutex(name, owned=True)
    program = windows("end", way, name, "waiting")
    assert program.stdout.readline() == "waiting\n"
    until_waiting(name)
    program.stdin.write("\n")
    program.stdin.flush()
    if way == "killed":
        program.kill()
    until_waiting(name, 0)
    mutex.release()
    assert mutex.acquire(LONG)
    mutex.release()
    program.wait(LONG)


def test_a_shutdown_handler_runs_on_a_thread_of_wine(windows, name):
    told = rtss.Event(name, manual_reset=True)
    program = windows("shutdown", name)
    assert program.stdout.readline() == "attached\n"
    program.send_signal(signal.SIGTERM)
    assert told.wait(LONG)
    assert program.wait(LONG) == 0


def shown(name):
    command = [os.environ["BINDINGS_RTSS"], "show", "-J", name]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)


@pytest.mark.parametrize("owner_kind, waiter_kind", [("c", "wine"), ("wine", "c"), ("wine", "wine")])
def test_an_owner_is_raised_by_its_waiter_whichever_kind_they_are(start, name, owner_kind, waiter_kind):
    owner, waiter = start(owner_kind), start(waiter_kind)
    assert owner.ask("mutex", name, "owned") == "new" and waiter.ask("mutex", name, "free") == "existed"
    if owner.ask("level", 10) != "ok" or waiter.ask("level", 60) != "ok":
        pytest.skip("no real-time privilege")
    assert shown(name)["owner_effective_level"] == 10
    waiter.tell("wait", name, -1)
    until_waiting(name)
    assert shown(name)["owner_effective_level"] == 60
    assert owner.ask("release", name) == "ok" and waiter.answer() == "taken"
    assert shown(name)["owner_effective_level"] == 60


@pytest.mark.parametrize("waiter_kind, setter_kind", [("c", "wine"), ("wine", "c"), ("wine", "wine")])
def test_a_wait_for_any_of_64_is_ended_by_a_process_of_either_kind(start, name, waiter_kind, setter_kind):
    waiter, setter = start(waiter_kind), start(setter_kind)
    names = [f"{name} {number}" for number in range(64)]
    for event in names:
        waiter.ask("event", event, "auto", "clear")
    for index in (63, 0):
        setter.ask("event", names[index], "auto", "clear")
        waiter.tell("any", -1, *names)
        until_waiting(names[index])
        assert setter.ask("set", names[index]) == "ok"
        assert waiter.answer() == f"taken {index}"


def test_the_tools_know_the_program_by_its_name(windows, name):
    program = windows("end", "killed", name)
    assert program.stdout.readline() == "owned\n"
    shown = subprocess.run([os.environ["BINDINGS_RTSS"], "show", name], stdout=subprocess.PIPE, text=True, check=True)
    assert "windows.exe" in shown.stdout
    subprocess.run([os.environ["BINDINGS_RTSS"], "kill", "-w", str(LONG), "windows.exe"], check=True)
    program.wait(LONG)


# ---- what can be wrong with an installation --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder, sentence",
    [
        ("other-library", "RtApi.dll is of version 0.0.1 and librtapi.so of "),
        ("other-wine", "RtApi.dll was built for Wine 7.0, and this is Wine "),
    ],
)
def test_a_dll_of_another_version_says_so_and_the_program_does_not_start(folder, sentence):
    answer = run("windows", "inside", stderr=subprocess.PIPE, env=os.environ | {"WINEDLLPATH": str(WINDOWS / folder)})
    assert answer.stderr.startswith("rtapi: ") and sentence in answer.stderr
    assert answer.returncode != 0 and answer.stdout == ""


DLL_NOT_FOUND = 0xC0000135 & 0xFF


@pytest.mark.parametrize("missing", [None, "x86_64-unix/rtapi.dll.so", "x86_64-windows/RtApi.dll"])
def test_a_program_needs_both_files_and_one_variable(missing, tmp_path):
    # A prefix that was made or updated while the variable was set has one of them.
    (WINDOWS / "prefix/drive_c/windows/system32/RtApi.dll").unlink(missing_ok=True)
    for file in ("x86_64-unix/rtapi.dll.so", "x86_64-windows/RtApi.dll"):
        if file != missing:
            shutil.copy(pathlib.Path(os.environ["WINEDLLPATH"]) / file, tmp_path)
    shutil.copy(WINDOWS / "windows.exe", tmp_path)
    answer = subprocess.run(
        ["wine", tmp_path / "windows.exe", "calls", "RtCreateMutexA"],
        env=os.environ | {"WINEDLLPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        timeout=200,
    )
    assert answer.returncode == (0 if missing is None else DLL_NOT_FOUND)


def test_a_namespace_of_another_user_is_an_error_code(tmp_path):
    if os.getuid() != 0:
        pytest.skip("another user's file needs root")
    file = pathlib.Path(f"/dev/shm/rtss-0-{os.environ['RTSS_NAMESPACE']}-other")
    file.touch(0o600)
    os.chown(file, 65534, 65534)
    try:
        environment = os.environ | {"RTSS_NAMESPACE": f"{os.environ['RTSS_NAMESPACE']}-other"}
        answer = run("windows", "end", "return", "any", env=environment, stderr=subprocess.PIPE)
    finally:
        file.unlink()
    assert answer.returncode == 1 and "last error 5\n" in answer.stdout


def test_a_prefix_of_another_user_is_refused_by_name(tmp_path):
    if os.getuid() != 0:
        pytest.skip("another user's prefix needs root")
    prefix = tmp_path / "prefix"
    prefix.mkdir()
    os.chown(prefix, 65534, 65534)
    environment = os.environ | {"WINEPREFIX": str(prefix)}
    answer = run("windows", "inside", env=environment, stderr=subprocess.PIPE)
    assert answer.returncode != 0 and f"'{prefix}' is not owned by you" in answer.stderr


# ---- RTSSrun and RTSSkill -------------------------------------------------------------------------------------------


@pytest.fixture
def loop(tmp_path):
    """A native program, loop.rtss, that takes part in the namespace and says what it was started with."""
    program = tmp_path / "loop.rtss"
    program.write_text(
        "#!/bin/sh\n"
        f'exec {os.environ["BINDINGS_PYTHON"]} -c "\n'
        "import os, sys, rtss\n"
        "mutex = rtss.Mutex('of the loop')\n"
        "mutex.acquire()\n"
        "with open('started', 'w') as file: print(*sys.argv[1:], *os.sched_getaffinity(0), sep='|', file=file)\n"
        "rtss.Event('started', manual_reset=True).set()\n"
        "rtss.Event('end of the loop', manual_reset=True).wait()\n"
        "sys.exit(5)\n"
        '" "$@"\n'
    )
    program.chmod(0o755)
    yield tmp_path
    rtss.Event("end of the loop", manual_reset=True).set()


def test_rtssrun_starts_a_program_and_rtsskill_ends_it(loop):
    started, ends = rtss.Event("started", manual_reset=True), rtss.Event("end of the loop", manual_reset=True)
    environment = os.environ | {"PATH": f'{os.path.dirname(os.environ["BINDINGS_RTSS"])}:{os.environ["PATH"]}'}
    batch = loop / "do.bat"  # a shell of Windows sees the whole exit code
    batch.write_text(f'@"{WINDOWS}\\RTSSrun.exe" /q /a(0) loop "two words" three\r\n@>pid echo %ERRORLEVEL%\r\n')
    mutex = rtss.Mutex("of the loop")
    subprocess.run(["wine", "cmd", "/c", "do.bat"], cwd=loop, stdout=subprocess.DEVNULL, timeout=200)
    pid = (loop / "pid").read_text().strip()
    assert started.wait(LONG)
    assert int(pid) > 0 and (loop / "started").read_text() == "two words|three|0\n"
    assert run("RTSSkill", pid, env=environment).returncode == 0
    with pytest.raises(rtss.AbandonedError):
        mutex.acquire(LONG)
    mutex.consistent()
    mutex.release()
    ends.close()


def test_rtssrun_waits_on_demand_and_hands_on_the_exit_code(loop):
    ends = rtss.Event("end of the loop", manual_reset=True)
    ends.set()
    assert run("RTSSrun", "/w", "loop.rtss", cwd=loop).returncode == 5


LAST = max(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    "words, processors",
    [(["/p(0)"], "0"), (["/a(0x1)"], "0"), ([f"/a(0-{LAST})"], None), (["/p(0)", f"/a({LAST})"], str(LAST))],
)
def test_rtssrun_starts_a_program_on_the_processors_named(loop, words, processors):
    ends = rtss.Event("end of the loop", manual_reset=True)
    ends.set()
    assert run("RTSSrun", "/w", *words, "loop", cwd=loop).returncode == 5
    expected = processors or "|".join(map(str, sorted(os.sched_getaffinity(0))))
    assert (loop / "started").read_text() == f"{expected}\n"


NONE_OF_64 = f"({LAST + 1}-63)"


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["nothing-there"], "nothing-there: no such program"),
        (["/z", "loop"], "/z: no such switch"),
        (["/a(x)", "loop"], "/a(x): no such switch, or no such processors"),
        (["/a", "loop"], "/a: no such switch, or no such processors"),
        (["/p(x)", "loop"], "/p(x): no such switch, or no such processors"),
        (["/a" + NONE_OF_64, "loop"], "loop.rtss: may not run on these processors"),
        (["/p" + NONE_OF_64, "loop"], "loop.rtss: may not run on these processors"),
        (["text"], "text.rtss: cannot be started"),
        ([], "no program is named"),
    ],
)
def test_rtssrun_says_minus_one_when_nothing_was_started(loop, words, sentence):
    (loop / "text.rtss").write_text("no program\n")
    answer = run("RTSSrun", *words, cwd=loop, stderr=subprocess.PIPE)
    assert answer.returncode == 255 and answer.stderr.startswith("RTSSrun: ") and sentence in answer.stderr
    assert not (loop / "started").exists()
