"""The PowerShell module: what its functions do, and Ctrl-C."""

import os
import signal
import subprocess
import time

import dotnet_tools
import pytest
import rtss
from conftest import SOURCE, die_with_parent, until_waiting

WATCHDOG = 120


def before_start():
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a test in the background may have it ignored


@pytest.fixture
def powershell():
    """Starts a script file, or a text."""
    environment = dict(dotnet_tools.script_environment(), PSModulePath=dotnet_tools.module_path())
    running = []

    def start(*arguments):
        running.append(subprocess.Popen(
            [*dotnet_tools.pwsh(), *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=environment, preexec_fn=before_start,
        ))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_the_functions_of_the_module(powershell, start):
    held = rtss.Mutex("module-held", owned=True)
    names = ["module-dead", "module-dead-too"]
    kept = [rtss.Mutex(name) for name in names]
    killed = start("c")
    for name in names:
        killed.ask("mutex", name, "free")
        assert killed.ask("wait", name, -1) == "taken"
    killed.kill()

    process = powershell("-File", SOURCE / "dotnet/module.ps1", "module-held", *names)
    output, _ = process.communicate(timeout=WATCHDOG)

    assert process.returncode == 0 and output.count("ok ") == 12, output
    held.release()
    for mutex in (held, *kept):
        mutex.close()


def press_ctrl_c_once_waiting(process, name):
    until_waiting(name)
    pressed = time.monotonic()
    process.send_signal(signal.SIGINT)
    until_waiting(name, 0)
    print(f"the wait ended {time.monotonic() - pressed:.2f} s after Ctrl-C")
    output, _ = process.communicate(timeout=WATCHDOG)
    assert "not run" not in output


def test_ctrl_c_ends_a_cmdlet_that_waits_and_takes_nothing(powershell, name):
    held = rtss.Mutex(name, owned=True)
    process = powershell("-Command", f"Import-Module Rtss; Use-RtssMutex -Name {name!r} {{ 'not run' }}")
    press_ctrl_c_once_waiting(process, name)
    assert held.owned
    held.release()
    held.close()


def test_ctrl_c_ends_the_wait_for_an_event_and_for_a_unit(powershell, name):
    units = rtss.Semaphore(name, initial=0, maximum=1)
    process = powershell("-Command", f"Import-Module Rtss; Use-RtssSemaphore -Name {name!r} {{ 'not run' }}")
    press_ctrl_c_once_waiting(process, name)
    units.release()
    assert units.acquire(0)
    units.close()

    event = rtss.Event(name, manual_reset=False)
    process = powershell("-Command", f"Import-Module Rtss; if (Wait-RtssEvent {name!r}) {{ 'not run' }}")
    press_ctrl_c_once_waiting(process, name)
    event.set()
    assert event.wait(0)
    event.close()


def test_ctrl_c_in_the_block_releases_the_mutex_on_the_thread_that_owns_it(powershell, name):
    mutex = rtss.Mutex(name)
    block = "'owned'; while ($true) { Start-Sleep -Milliseconds 20 }"
    process = powershell("-Command", f"Import-Module Rtss; Use-RtssMutex -Name {name!r} {{ {block} }}")
    assert process.stdout.readline() == "owned\n"

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=WATCHDOG)

    assert mutex.acquire(0)  # AbandonedError, had the process ended owning it
    mutex.release()
    mutex.close()
