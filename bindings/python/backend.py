"""Builds the wheel of this module: pure Python, so nothing is compiled and no other package is needed (PEP 517)."""

import base64
import hashlib
import os
import re
import zipfile

NAME = "rtss"
SUMMARY = "Named mutexes, events, semaphores and memory shared with other processes of an RTX-compatible namespace"


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def version():
    return re.search(r'^__version__ = "(.+)"$', _read("rtss/__init__.py").decode(), re.MULTILINE)[1]


def _metadata():
    head = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version()}\nSummary: {SUMMARY}\nLicense: MIT\n"
    head += "Requires-Python: >=3.9\nClassifier: Operating System :: POSIX :: Linux\nClassifier: Typing :: Typed\n"
    return (head + "Description-Content-Type: text/markdown\n\n").encode() + _read("README.md")


def _record_of(path, content):
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"{NAME}-{version()}.dist-info"
    files = {f"rtss/{name}": _read(f"rtss/{name}") for name in sorted(os.listdir("rtss")) if name.endswith((".py", ".typed"))}
    files[f"{info}/METADATA"] = _metadata()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: {NAME}\nRoot-Is-Purelib: true\nTag: py3-none-any\n".encode()
    record = "".join(_record_of(path, content) for path, content in files.items())
    files[f"{info}/RECORD"] = (record + f"{info}/RECORD,,\n").encode()
    wheel = f"{NAME}-{version()}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("there is no source archive: install from this directory")
