#!/usr/bin/env python3
"""The manual page of a command names the sub-commands and options that --help names, no more and no fewer.

usage: check_man.py COMMAND PAGE
"""

import pathlib
import re
import shutil
import subprocess
import sys


def help_of(command, words):
    done = subprocess.run([command, *words, "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout if done.returncode == 0 else ""


def options_in(text):
    """Options are those words with a dash that stand at the very left of the list of options."""
    listed = text.partition("\nOptions:\n")[2].partition("\n\n")[0]
    lines = [line for line in listed.split("\n") if re.match(r"  -", line)]
    return {option for line in lines for option in line.split()[0].split(",")} - {"-h", "--help"}


def expected(command, words, found):
    text = help_of(command, words)
    name = pathlib.Path(command).name
    if f"{name} {' '.join(words)}".strip() not in text.partition("Usage: ")[2].partition("\n")[0].split("/")[-1]:
        text = ""  # handed on to another program, which has a page of its own
    found[" ".join([name, *words])] = options_in(text)
    listed = text.partition("\nSubcommands:\n")[2].partition("\n\n")[0]
    for line in listed.split("\n"):
        if re.match(r"  \S", line):
            expected(command, [*words, line.split()[0]], found)
    return found


def documented(page, name):
    found, section, tagged = {name: set()}, name, False
    for line in page.split("\n"):
        line = line.replace("\\-", "-").replace("\\&", "")
        if line.startswith(".SS "):
            section = line[4:].strip('"')
            found[section] = set()
        elif line.startswith(".SH "):
            section = name if line in (".SH OPTIONS", ".SH COMMANDS") else None
        elif tagged and section:
            found[section] |= set(re.findall(r"\\fB(-[^\\]+)\\fP", line))
        tagged = line == ".TP"
    found[name] -= {"-h", "--help"}
    return found


def main():
    command, path = sys.argv[1:]
    page = pathlib.Path(path).read_text()
    name = pathlib.Path(command).name
    said, written = expected(command, [], {}), documented(page, name)
    wrong = [f"{where}: no section in the page" for where in said.keys() - written.keys()]
    wrong += [f"{where}: a section, but no such sub-command" for where in written.keys() - said.keys()]
    for where in said.keys() & written.keys():
        wrong += [f"{where}: {option} is not in the page" for option in said[where] - written[where]]
        wrong += [f"{where}: {option} is not in --help" for option in written[where] - said[where]]
    if len(said) < 2 or not any(said.values()):
        wrong.append("--help names no sub-commands or options: this check sees nothing")
    if shutil.which("man"):
        rendered = subprocess.run(["man", "--warnings", "-l", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wrong += rendered.stderr.decode().splitlines()
    print("\n".join(sorted(wrong)) or f"{len(said)} sections, {sum(map(len, said.values()))} options")
    sys.exit(bool(wrong))


main()
