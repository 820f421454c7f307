"""A script asks by a named mutex whether another one runs: from each of five languages to each, in real processes."""

import os
import subprocess

import dotnet_tools
import pytest
from conftest import COMMANDS, SOURCE, Peer, die_with_parent, until_waiting

LANGUAGES = ("powershell", "csharp", "c", "python", "bash")
# As many as start in a second or two; a hundred in each language are for bindings.restarts_soak.
RESTARTS = {"powershell": 2, "csharp": 10, "c": 100, "python": 20, "bash": 20}


class Bash:
    """Answers as a peer of peer.c's language does, by the command rtss. Bash keeps no handle: it owns or it does not."""

    def __init__(self):
        self.environment = dotnet_tools.script_environment()
        self.holder = None

    def _bash(self, text, *arguments, **options):
        return subprocess.Popen(
            ["bash", "-c", text, "bash", *map(str, arguments)], stdout=subprocess.PIPE, text=True, env=self.environment,
            preexec_fn=die_with_parent, **options,
        )

    def _take(self, name, milliseconds):
        wait = ["-n"] if milliseconds == 0 else ["-w", str(milliseconds / 1000)] if milliseconds > 0 else []
        self.holder = self._bash(
            'exec rtss lock --hold "$@"', *wait, name, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def _taken(self):
        said = self.holder.stdout.readline()
        if not said:
            self._let_go()
        return {"locked\n": "taken", "abandoned\n": "abandoned", "": "timeout"}[said]

    def _let_go(self):
        holder, self.holder = self.holder, None
        holder.communicate()

    def ask(self, *words):
        self.tell(*words)
        return self.answer()

    def tell(self, order, name, argument=None):
        self.asked = order, name, argument
        if order == "wait" or (order == "mutex" and argument == "owned"):
            self._take(name, 0 if order == "mutex" else argument)

    def answer(self):
        order, name, argument = self.asked
        if order == "mutex" and argument == "owned":
            return "new" if self._taken() == "taken" else "existed"
        if order == "mutex":
            return {0: "new", 75: "existed"}[self._bash('rtss try "$1" > /dev/null', name).wait()]
        if order == "wait":
            return self._taken()
        if order == "release":
            self._let_go()
        return "ok"

    def kill(self):
        if self.holder:
            self.holder.kill()
            self._let_go()

    end = kill


def start(language):
    if language == "bash":
        return Bash()
    if language == "powershell":
        command = [*dotnet_tools.pwsh(), "-File", str(SOURCE / "dotnet/peer.ps1")]
        environment = dict(dotnet_tools.script_environment(), PSModulePath=dotnet_tools.module_path())
        return Peer(command, env=environment)
    return Peer(COMMANDS[language]())


@pytest.fixture(scope="module")
def second_of():
    """The second instance in a language: one process for all tests."""
    running = {}

    def get(language):
        if language not in running:
            running[language] = start(language)
        return running[language]

    yield get
    for peer in running.values():
        peer.end()


@pytest.fixture(params=LANGUAGES)
def first(request):
    peer = start(request.param)
    yield peer
    peer.kill()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_instance_sees_waits_and_gets_it(first, second_of, name, language):
    second = second_of(language)
    assert first.ask("mutex", name, "owned") == "new"

    # In use, and not free in time.
    assert second.ask("mutex", name, "free") == "existed"
    assert second.ask("wait", name, 0) == "timeout"
    assert second.ask("wait", name, 20) == "timeout"

    # Released.
    second.tell("wait", name, -1)
    until_waiting(name)
    assert first.ask("release", name) == "ok"
    assert second.answer() == "taken"
    assert first.ask("wait", name, 0) == "timeout"
    assert second.ask("release", name) == "ok"

    # Disposed: without a handle anywhere the name is free, and the second is the first.
    first.ask("close", name)
    second.ask("close", name)
    assert second.ask("mutex", name, "owned") == "new"
    assert second.ask("release", name) == "ok"

    # Killed: notified once.
    assert first.ask("mutex", name, "free") in ("existed", "new")
    assert first.ask("wait", name, -1) == "taken"
    second.tell("wait", name, -1)
    until_waiting(name)
    first.kill()
    assert second.answer() == "abandoned"
    assert second.ask("release", name) == "ok"
    assert second.ask("wait", name, 0) == "taken"
    assert second.ask("release", name) == "ok"
    second.ask("close", name)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_instance_killed_and_restarted_at_once_is_the_first(name, language):
    for _ in range(int(os.environ.get("BINDINGS_RESTARTS", RESTARTS[language]))):
        instance = start(language)
        assert instance.ask("mutex", name, "owned") == "new"
        instance.kill()
