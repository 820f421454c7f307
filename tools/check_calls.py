#!/usr/bin/env python3
"""Checks which file calls which, from the object files of a build.

usage: check_calls.py SOURCES OBJECTS   SOURCES: folder of the sources; OBJECTS: folder with their object files

Fails on a call from a room to one above it, on functions that call each other in a circle of more than MOST_IN_CYCLE
files or across rooms, and on a function that is defined in another file than the header that declares it.
"""
import collections
import pathlib
import re
import subprocess
import sys

# From the ground up: each room calls itself and those before it.
ROOMS = ["segment", "sync", "names", "life", "services", "runtime"]
MOST_IN_CYCLE = 7

def room_of(unit):
    return unit.split("/")[0] if "/" in unit else "runtime"


def symbols_of(path):
    for line in subprocess.run(["nm", "-C", path], capture_output=True, text=True, check=True).stdout.splitlines():
        kind, _, name = line[17:].partition(" ")
        yield kind, name


def read_objects(sources, folder):
    home, uses = {}, collections.defaultdict(set)
    for path in sorted(folder.rglob("*.o")):
        unit = str(path.relative_to(folder))[: -len(".cpp.o")]
        if not (sources / (unit + ".cpp")).is_file():  # of another folder, or of a file that is gone
            continue
        for kind, name in symbols_of(path):
            if kind in "TDBR":
                home.setdefault(name, unit)
            elif kind == "U":
                uses[unit].add(name)
    calls = collections.defaultdict(lambda: collections.defaultdict(set))
    for unit, names in uses.items():
        for name in names:
            if home.get(name, unit) != unit:
                calls[unit][home[name]].add(name.split("(")[0])
    return home, calls


def upward(calls):
    for unit, targets in sorted(calls.items()):
        for target, names in sorted(targets.items()):
            if ROOMS.index(room_of(unit)) < ROOMS.index(room_of(target)):
                yield f"{unit} calls upwards, into {target}: {', '.join(sorted(names))}"


def cycles(calls):
    reach = {}
    for start in calls:
        seen, todo = set(), [start]
        while todo:
            for target in calls.get(todo.pop(), {}):
                if target not in seen:
                    seen.add(target)
                    todo.append(target)
        reach[start] = seen
    found = {frozenset(b for b in reach[a] if a in reach.get(b, ())) for a in reach if a in reach[a]}
    return sorted((sorted(group) for group in found), key=len)


def bad_cycles(groups):
    for group in groups:
        if len(group) > MOST_IN_CYCLE:
            yield f"{len(group)} files call each other in a circle, at most {MOST_IN_CYCLE} may: {', '.join(group)}"
        if len({room_of(unit) for unit in group}) > 1:
            yield f"a circle of calls leaves its room: {', '.join(group)}"


def declarations(sources):
    """name of a function -> headers that declare it without a body."""
    found = collections.defaultdict(set)
    for path in sources.rglob("*.h"):
        text = re.sub(r"//.*", "", path.read_text())
        for match in re.finditer(r"^(?:\[\[[^\]]*\]\] )?[\w:<>*& ]+?[ *&](\w+)\([^;{}]*\)(?: noexcept)?;", text, re.MULTILINE):
            found[match[1]].add(str(path.relative_to(sources))[:-2])
    return found


def misplaced(home, declared):
    for name, unit in sorted(home.items()):
        function = re.fullmatch(r"rtss::runtime::(?:\w+::)?(\w+)\(.*", name)
        headers = declared.get(function[1], set()) if function else set()
        if headers and unit not in headers:
            yield f"{function[1]}() is declared in {', '.join(sorted(headers))}.h and defined in {unit}.cpp"


def main():
    sources, objects = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    home, calls = read_objects(sources, objects)
    if not home:
        sys.exit(f"{objects} holds no object files: build first")
    groups = cycles(calls)
    complaints = [*upward(calls), *bad_cycles(groups), *misplaced(home, declarations(sources))]
    print("\n".join(complaints), file=sys.stderr)
    largest = len(groups[-1]) if groups else 1
    print(f"{len(calls)} files, {sum(map(len, calls.values()))} arrows, the largest circle of calls has {largest} files")
    sys.exit(bool(complaints))


main()
