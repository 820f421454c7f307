"""rtss-bench beside programs of Windows: every row is measured, and what is missing is said."""

import json
import os
import subprocess

import pytest
from conftest import WINDOWS

pytestmark = pytest.mark.skipif(not WINDOWS.is_dir(), reason="run by bindings.wine")

ROWS = [
    "rtapi, native program",
    "rtapi, Windows program",
    "Wine's named mutex",
    "rtapi, two native programs",
    "rtapi, two native programs, one with a GS base",
    "rtapi, native and Windows program",
    "rtapi, two Windows programs",
    "Wine's named mutex, two Windows programs",
]


def measured(**environment):
    """Each row with why it is missing, or None."""
    answer = subprocess.run(
        [os.environ["BINDINGS_BENCH"], "wine", "--runs", "1", "--loops", "50", "--json", "-"],
        stdout=subprocess.PIPE,
        env=os.environ | environment,
        timeout=250,
    )
    assert answer.returncode == 0
    return {row["name"]: row.get("missing") for row in json.loads(answer.stdout)["thread"].values()}


def test_every_row_is_measured():
    missing = measured()
    assert list(missing) == ROWS
    if "not a hand-off" in str(missing):
        pytest.skip("no hand-off under the ordinary policy: no real-time privilege")
    assert set(missing.values()) == {None}


@pytest.mark.parametrize(
    "environment, sentence",
    [
        ({"PATH": "/nowhere"}, "Wine is not installed"),
        ({"WINEPREFIX": "/nowhere"}, "no Wine prefix in /nowhere: run wineboot"),
        ({"WINEDLLPATH": "/nowhere"}, "a Windows program does not start: see rtss doctor, line wine"),
    ],
)
def test_what_is_missing_is_said(environment, sentence):
    assert measured(**environment) == dict.fromkeys(ROWS, sentence)
