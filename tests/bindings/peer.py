"""The peer of the binding tests in Python; see peer.c for its language."""

import sys

import rtss

objects = {}


def seconds(word):
    return None if word == "-1" else int(word) / 1000


def create(kind, name, *rest):
    if kind == "mutex":
        made = rtss.Mutex(name, owned=rest[0] == "owned")
    elif kind == "event":
        made = rtss.Event(name, manual_reset=rest[0] == "manual", initially_set=rest[1] == "set")
    elif kind == "semaphore":
        made = rtss.Semaphore(name, initial=int(rest[0]), maximum=int(rest[1]))
    else:
        made = rtss.SharedMemory(name, size=int(rest[0]))
    objects[name] = made
    return "new" if made.created else "existed"


def wait(name, timeout):
    item = objects[name]
    taken = item.wait if isinstance(item, rtss.Event) else item.acquire
    try:
        return "taken" if taken(seconds(timeout)) else "timeout"
    except rtss.AbandonedError:
        item.consistent()
        return "abandoned"


def wait_many(command, timeout, *names):
    items = [objects[name] for name in names]
    try:
        if command == "any":
            index = rtss.wait_any(items, seconds(timeout))
        else:
            index = 0 if rtss.wait_all(items, seconds(timeout)) else None
        return "timeout" if index is None else f"taken {index}"
    except rtss.AbandonedError as abandoned:
        for mutex in abandoned.mutexes:
            mutex.consistent()
        return f"abandoned {abandoned.index}"


def obey(command, *words):
    if command in ("any", "all"):
        return wait_many(command, *words)
    if command == "wait":
        return wait(*words)
    if command in ("release", "set", "reset"):
        getattr(objects[words[0]], command)(*map(int, words[1:]))
        return "ok"
    if command == "write":
        name, offset, text = words
        data = text.encode()
        objects[name].buf[int(offset) : int(offset) + len(data)] = data
        return "ok"
    if command == "read":
        name, offset, count = words
        return bytes(objects[name].buf[int(offset) : int(offset) + int(count)]).split(b"\0")[0].decode()
    if command == "close":
        objects.pop(words[0]).close()
        return "ok"
    return create(command, *words)


for line in sys.stdin:
    try:
        print(obey(*line.rstrip("\n").split("\t")), flush=True)
    except rtss.Error as error:
        print(f"error {error.code}", flush=True)
