"""The example of a Windows panel beside a native loop, on a screen of its own. BINDINGS_PICTURE names a file for what
the panel looks like."""

import os
import subprocess

import pytest
from conftest import WINDOWS, die_with_parent, windows_program
from screen import Screen

pytestmark = pytest.mark.skipif(not WINDOWS.is_dir(), reason="run by bindings.wine")

# Of examples/windows/panel.c.
FAINT, HOT, ENDED = (214, 219, 227), (208, 74, 32), (150, 150, 150)


@pytest.fixture
def screen(tmp_path):
    made = Screen(tmp_path, 480, 460)
    yield made
    made.close()


@pytest.fixture
def start(screen):
    running = []

    def start_one(*command, **options):
        environment = os.environ | {"DISPLAY": screen.name}
        running.append(subprocess.Popen(command, text=True, env=environment, preexec_fn=die_with_parent, **options))
        return running[-1]

    yield start_one
    for process in running:
        process.kill()
        process.wait()


def on_a_desktop(program, *words):
    return ["wine", "explorer", "/desktop=furnace,480x460", *windows_program(program, *words)[1:]]


def test_a_windows_panel_shows_a_native_loop_commands_it_and_sees_it_die(screen, start):
    loop = start(os.environ["BINDINGS_FURNACE_LOOP"], stdout=subprocess.PIPE)
    start(*on_a_desktop("furnace_panel"))
    screen.until(lambda seen: seen.count(*FAINT) > 1000)
    assert screen.count(*HOT) == 0

    start(*on_a_desktop("press", "Furnace"))
    assert loop.stdout.readline().startswith("loop: burner on, cycle ")
    screen.until(lambda seen: seen.count(*HOT) > 2000)

    if "BINDINGS_PICTURE" in os.environ:
        screen.until(lambda seen: seen.count(*HOT) > 3500)
        screen.save(os.environ["BINDINGS_PICTURE"])
    loop.kill()
    loop.stdout.close()
    screen.until(lambda seen: seen.count(*ENDED) > 1000)
