"""A screen that only a test sees: an X server without a display, and what is on it."""

import shutil
import struct
import subprocess
import time
import zlib

import pytest
from conftest import die_with_parent


class Screen:
    def __init__(self, folder, width, height):
        if not shutil.which("Xvfb"):
            pytest.skip("no Xvfb (package xvfb)")
        self.file = folder / "Xvfb_screen0"
        command = ["Xvfb", "-displayfd", "1", "-nocursor", "-screen", "0", f"{width}x{height}x24", "-fbdir", folder]
        self.server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=die_with_parent
        )
        self.name = f":{self.server.stdout.readline().strip()}"

    def rows(self):
        """Each row of the picture as bytes: blue, green, red and one more for each pixel."""
        content = self.file.read_bytes()
        header = struct.unpack(">25I", content[:100])
        size, width, height, bytes_per_row, colours = header[0], header[4], header[5], header[12], header[19]
        start = size + 12 * colours
        return [content[start + row * bytes_per_row :][: 4 * width] for row in range(height)]

    def count(self, red, green, blue):
        wanted = bytes((blue, green, red))
        return sum(row[at : at + 3] == wanted for row in self.rows() for at in range(0, len(row), 4))

    def until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < deadline, "not seen on the screen"
            time.sleep(0.1)

    def save(self, path):
        rows = self.rows()
        lines = b"".join(b"\0" + bytes(row[at + 2 - i] for at in range(0, len(row), 4) for i in range(3)) for row in rows)
        parts = [
            (b"IHDR", struct.pack(">2I5B", len(rows[0]) // 4, len(rows), 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(lines, 9)),
            (b"IEND", b""),
        ]
        with open(path, "wb") as file:
            file.write(b"\x89PNG\r\n\x1a\n")
            for kind, data in parts:
                file.write(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)))

    def close(self):
        self.server.terminate()
        self.server.wait()
        self.server.stdout.close()
