#!/usr/bin/env python3
"""Each example of each help text, and of each manual page, is run as it stands and does what it says.

usage: examples.py RTSS RTSS_BENCH PEER PAGE...     PAGE: the commands' manual pages; they show the helps' examples

An example is a line of the end of a help text that runs the command; what follows it after three spaces explains it.
Each is run by bash in a namespace and a folder of its own, which hold what the example speaks of (PRELUDE). An example
that is not in EXAMPLES fails the test, and so does a row there that no help shows. REPLACED lists all that is
not run as it stands, because it names something of the reader's machine.
"""

import grp
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

# What examples name, and what stands for it here.
REPLACED = [
    (r"\b4711\b", "$PEER"),  # a process: one that owns the mutex "motion"
    (r"\bplant-users\b", grp.getgrgid(os.getgid()).gr_name),  # a group
    (r"\bplant\b(?!\.ini|-users)", f"plant-{os.getpid()}"),  # a namespace: no other test's
    (r" -D 10\b", " -D 0.5"),  # how long to measure
    (r"--affinity 2,3\b", "--affinity 0"),  # processors: this machine may have fewer
    (r"\.\.\.;;", "echo chosen;;"),  # what a reader puts there
]

LIMIT_S = 60  # for what an example says, and for its end

# Programs that examples run, data they read, and two ways of waiting for other processes.
PRELUDE = r"""
set -o pipefail
for program in calibrate backup client; do
  printf '#!/bin/sh\necho "%s ran"\n' "$program" > "$program"
done
cp "$PEER_PROGRAM" controller
echo speed=7 > recipe.bin; touch plant.ini; chmod +x calibrate backup client
owned() { while rtss try -q "$1"; do sleep 0.01; done; }
waited_for() { while ! rtss show -J "$1" | jq -e '.waiters | length > 0' >/dev/null; do sleep 0.01; done; }
owner() { (exec ./controller own motion < <(exec sleep 300) > peer.out) & PEER=$!; owned motion; }
controller_is_script() { rm controller; printf '#!/bin/sh\necho "controller ran in $RTSS_NAMESPACE"\n' > controller; chmod +x controller; }
"""


class Example:
    """before, after: run around it. says: what it prints. exits: its status. keys: what it is sent, on a terminal of its
    own. lasts: it has no end, and is ended with SIGINT after it has printed. root: refused to others, who get 125."""

    def __init__(self, before="", says="", after="", exits=(0,), keys=None, lasts=False, root=False):
        self.before, self.says, self.after, self.exits = before, says, after, exits
        self.keys, self.lasts, self.root = keys, lasts, root


MAKE_READY = "rtss event create --manual ready\n"
MAKE_WORKERS = "rtss sem create --initial 2 --max 4 workers\n"
MAKE_RECIPE = "rtss shm create --size 64K recipe\n"
MAKE_PLANT = "rtss namespace create plant\n"

EXAMPLES = {
    "rtss bench timer -D 10 --html latency.html": Example(after="grep -q '<figure' latency.html"),
    "rtss namespace create --group plant-users plant": Example(),
    "rtss ls": Example("owner", r"motion +mutex"),
    "rtss ls -t mutex -o NAME,OWNER": Example("owner", r"motion .*controller"),
    "rtss ls -p 4711 --watch 1": Example("owner", "motion", lasts=True),
    "rtss ls -nr -o NAME -t event": Example(MAKE_READY, "^ready$"),
    "rtss ls -J | jq '.objects[] | select(.waiting > 0)'": Example(
        "owner; (rtss wait motion >/dev/null) & waited_for motion", '"name": "motion"'
    ),
    'rtss show "Motion Lock"': Example('rtss mutex create "Motion Lock"', "Motion Lock"),
    'rtss show -J "Motion Lock" | jq .owner.pid': Example(
        '(rtss lock "Motion Lock" -- sleep 300) & owned "Motion Lock"', r"^\d+$"
    ),
    "rtss top -d 0.2": Example("owner", "motion", keys="q"),
    "rtss worst": Example("owner\nrtss lock -w 0.05 motion -- true", "motion"),
    'rtss worst "Motion Lock"': Example(
        'rtss mutex create "Motion Lock"\nrtss lock "Motion Lock" -- sleep 1 & owned "Motion Lock"\n'
        'rtss lock -w 0.05 "Motion Lock" -- true', "in vain"),
    "rtss worst --reset >before-shift.txt": Example(
        "owner\nrtss lock -w 0.05 motion -- true", after="grep motion before-shift.txt && rtss worst | grep 'No wait'"),
    "rtss worst -J | jq '.objects[0].wait'": Example("owner\nrtss lock -w 0.05 motion -- true", "length_ns"),
    "rtss top -b -n 1": Example("owner", "motion"),
    "rtss top -b -n 1 --tree": Example("owner", r"level -\n +motion"),
    "rtss info -J | jq .refused_boosts": Example("owner", r"^\d+$"),
    "rtss doctor": Example(says="kernel", exits=(0, 1, 2)),
    "rtss doctor --json | jq '.checks[] | select(.severity == \"fail\")'": Example(exits=(0, 1, 2)),
    "rtss clean --dry-run": Example(),
    "rtss clean -nr -o FILE,VERDICT": Example(),
    "rtss lock motion -- ./calibrate": Example(says="calibrate ran"),
    'rtss lock -n backup ./backup; [ $? -ne 75 ] || echo "already running"': Example(
        "(rtss lock backup -- sleep 300) & owned backup", "already running"
    ),
    "rtss lock -n backup -c './backup | gzip > backup.gz'": Example(),
    "rtss lock -w 2.5 -E 9 motion -- sh -c 'echo \"owned: $RTSS_LOCK_NAME\"'": Example(says="owned: motion"),
    'coproc L { rtss lock --hold motion; }; read -r STATE <&"${L[0]}"': Example(),
    'rtss try -q my-daemon; [ $? -ne 75 ] || echo "it is running"': Example(
        "(rtss lock my-daemon -- sleep 300) & owned my-daemon", "it is running"
    ),
    "rtss event create --manual ready; ./controller & rtss wait -w 10 ready && ./client": Example(
        "controller_is_script; echo 'exec rtss event set ready' >> controller", "client ran"
    ),
    "case $(rtss wait done failed) in done) ...;; failed) ...;; esac": Example(
        "rtss event create done; rtss event create failed; rtss event set failed", "chosen"
    ),
    "rtss event create --manual ready": Example(),
    "rtss wait -w 10 ready": Example(MAKE_READY + "(waited_for ready; rtss event set ready) &"),
    "rtss event set ready": Example(MAKE_READY),
    "rtss sem create --initial 4 --max 4 workers": Example(),
    "rtss sem wait -w 10 workers": Example(MAKE_WORKERS),
    "rtss sem release=2 workers": Example(MAKE_WORKERS),
    "rtss shm create --size 64K recipe": Example(),
    "rtss shm load recipe recipe.bin": Example(MAKE_RECIPE),
    "rtss shm dump recipe > saved.bin": Example(MAKE_RECIPE),
    "rtss run --prio 64 --affinity 2,3 --mlock -- ./controller --config plant.ini": Example(
        "controller_is_script", "controller ran"
    ),
    "rtss run --require-rt --prio 100 --mlock --prefault 4M --dma-latency 0 -- ./controller": Example(
        "rm controller; ln -s /bin/true controller", root=True
    ),
    "rtss kill 4711": Example("owner"),
    "rtss kill motion": Example("owner"),
    "rtss kill controller": Example("owner"),
    "rtss kill -w 1 --force controller": Example("owner"),
    "rtss namespace create --limits objects=1000,handles=4000 --window 40-90 plant": Example(),
    "rtss namespace create --group plant-users plant; RTSS_NAMESPACE=group:plant ./controller": Example(
        "controller_is_script", r"controller ran in group:plant"
    ),
    "rtss namespace create --if-missing --group plant-users plant": Example(
        "rtss namespace create --group plant-users plant"
    ),
    "rtss namespace list": Example(MAKE_PLANT, "plant"),
    "rtss namespace remove plant": Example(MAKE_PLANT),
}

SHOWN = re.compile(r"^  (?=\S)(?P<line>(?:(?!   ).)*\brtss(?:-bench)? (?:(?!   ).)*)(?:   .*)?$")


def helps(command, words=()):
    """The end of the help text of a command and of each of its sub-commands."""
    done = subprocess.run([command, *words, "--help"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    if words and f"{pathlib.Path(command).name} {' '.join(words)}" not in done.stdout:
        return  # handed on to another program
    lists, tail = list(re.finditer(r"^(?:Positionals|Options|Subcommands):\n(?:  .*\n)*", done.stdout, re.MULTILINE)), ""
    if lists:
        tail = done.stdout[lists[-1].end() :]
    yield tail
    listed = done.stdout.partition("\nSubcommands:\n")[2].partition("\n\n")[0]
    for line in listed.split("\n"):
        if re.match(r"  \S", line):
            yield from helps(command, (*words, line.split()[0]))


def shown_in(text):
    return [match["line"].strip() for match in map(SHOWN.match, text.split("\n")) if match]


def shown_in_page(path):
    text = pathlib.Path(path).read_text().replace("\\-", "-").replace("\\&", "").replace("\\e", "\\")
    blocks = re.findall(r"^\.EX\n(.*?)^\.EE$", text, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in shown_in(block)]


def replaced(text):
    for what, by in REPLACED:
        text = re.sub(what, by, text)
    return text


def run(line, example, environment):
    """None if all is well; else what is wrong."""
    command = replaced(line)
    exits = example.exits
    if example.root and os.geteuid() != 0:
        print(f"   without root it is refused: {line}")
        exits = (125,)
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "script")
        script.write_text(PRELUDE + replaced(example.before) + "\nexport PEER\n" + command + "\n" + example.after)
        words = ["bash", str(script)]
        if example.keys is not None:
            words = ["script", "-qec", f"bash {script}", "/dev/null"]
        process = subprocess.Popen(
            words, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True, text=True,
        )  # fmt: skip
        said = ""
        try:
            if example.lasts or example.keys is not None:
                deadline = time.monotonic() + LIMIT_S
                while not re.search(example.says, said, re.MULTILINE):
                    left = max(0, deadline - time.monotonic())
                    if not select.select([process.stdout], [], [], left)[0]:
                        return f"{example.says!r} does not come; it said: {said}"
                    piece = os.read(process.stdout.fileno(), 4096).decode(errors="replace")
                    if not piece:
                        break
                    said += piece
                if example.lasts:
                    os.killpg(process.pid, signal.SIGINT)
                    exits = (130, -signal.SIGINT)
                else:
                    process.stdin.write(example.keys)
                    process.stdin.flush()
            else:
                process.stdin.close()
            status = process.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            return f"it does not end; it said: {said}"
        finally:
            end(process, environment["RTSS_NAMESPACE"])
        said += process.stdout.read()
        if status not in exits:
            return f"exit status {status} instead of {exits}; it said: {said}"
        if not re.search(example.says, said, re.MULTILINE):
            return f"{example.says!r} is not in what it said: {said}"
    return None


def end(process, namespace):
    """Whatever it left running is ended, and its namespaces removed."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    names = f"rtss-{os.getuid()}-{namespace}", f"rtss-{os.getuid()}-plant-{os.getpid()}", f"rtss-group-plant-{os.getpid()}"
    for name in names:
        for file in pathlib.Path("/dev/shm").glob(name + "*"):
            file.unlink()


def main():
    rtss, bench, peer, *pages = sys.argv[1:]
    found = dict.fromkeys(line for command in (rtss, bench) for text in helps(command) for line in shown_in(text))
    wrong = [f"not tried by this test: {line}" for line in found if line not in EXAMPLES]
    wrong += [f"no help shows it any more: {line}" for line in EXAMPLES if line not in found]
    paged = {line for page in pages for line in shown_in_page(page)}
    wrong += [f"only in a manual page: {line}" for line in paged - found.keys()]
    wrong += [f"in no manual page: {line}" for line in found.keys() - paged]
    with tempfile.TemporaryDirectory() as programs:
        for program in (rtss, bench):
            os.symlink(program, os.path.join(programs, os.path.basename(program)))
        environment = {name: text for name, text in os.environ.items() if not name.startswith("RTSS_")}
        environment |= {"PATH": f"{programs}:{environment['PATH']}", "PEER_PROGRAM": peer, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        for number, line in enumerate(line for line in found if line in EXAMPLES):
            began = time.monotonic()
            complaint = run(line, EXAMPLES[line], environment | {"RTSS_NAMESPACE": f"example-{os.getpid()}-{number}"})
            print(f"{time.monotonic() - began:6.2f} s  {line}")
            if complaint:
                wrong.append(f"{line}\n    {complaint}")
    print("\n".join(wrong) or f"{len(found)} examples do what they say")
    sys.exit(bool(wrong))


main()
