"""What a .NET program sees beyond what the peers' common language says: exceptions, the runtime, the library."""

import os
import pathlib
import subprocess

import dotnet_tools
import pytest
import rtss


@pytest.fixture
def csharp(start):
    return start("csharp")


def run(*arguments, **environment):
    """The output of the test program; a variable that is None is not set."""
    merged = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    done = subprocess.run([*dotnet_tools.program(), *arguments], stdout=subprocess.PIPE, text=True, env=merged)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_bad_input_leads_to_the_exception_that_is_documented_for_windows():
    print(run("table"))


def test_what_a_class_of_the_runtime_offers_its_namesake_here_offers_too():
    run("shapes")


def test_waits_and_the_runtime_leave_each_other_alone():
    print(run("runtime"))


def test_releasing_after_an_await_on_another_thread_is_refused():
    assert run("async") == "refused\n"


@pytest.mark.parametrize("owned", ["free", "owned"])
def test_disposing_closes_the_handle_and_the_name_goes(csharp, name, owned):
    assert csharp.ask("mutex", name, owned) == "new"
    assert csharp.ask("close", name) == "ok"
    with pytest.raises(rtss.NotFoundError):
        rtss.Mutex.open(name)


def test_a_namespace_that_the_program_sets_itself_is_used(start, name):
    chosen = os.environ["RTSS_NAMESPACE"] + "-set"
    peer = subprocess.Popen(
        [*dotnet_tools.program(), "namespace", chosen], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    peer.stdin.write(f"mutex\t{name}\tfree\n")
    peer.stdin.flush()
    assert peer.stdout.readline() == "new\n"
    assert os.path.exists(f"/dev/shm/rtss-{os.getuid()}-{chosen}")
    with pytest.raises(rtss.NotFoundError):
        rtss.Mutex.open(name)
    peer.communicate()


def test_the_library_is_found_where_a_variable_says():
    library = pathlib.Path(os.environ["LD_LIBRARY_PATH"]) / "librtapi.so.0"
    output = run("library", LD_LIBRARY_PATH=None, RTSS_LIBRARY=str(library))
    assert output == f"loaded for {os.environ['RTSS_NAMESPACE']}\n"


def test_a_missing_library_is_named_with_the_remedy():
    output = run("library", RTSS_LIBRARY="/nonexistent/librtapi.so.0")
    assert "cannot load /nonexistent/librtapi.so.0" in output and "package librtapi0" in output


@pytest.mark.parametrize(("soname", "said"), [("librtapi.so.0", "is older than"), ("libother.so", "is not librtapi")])
def test_a_library_that_will_not_do_is_named(tmp_path, soname, said):
    made = tmp_path / "library.so"
    subprocess.run(
        ["cc", "-shared", "-x", "c", "-", f"-Wl,-soname,{soname}", "-o", made], input="int Rt;", text=True, check=True
    )
    assert f"{made} {said}" in run("library", RTSS_LIBRARY=str(made), LD_LIBRARY_PATH=None)


def test_the_benchmark_measures_every_row_and_no_allocation(tmp_path):
    program = dotnet_tools.built() / "bin/Bench/release_net10.0/bench.dll"
    library = os.environ["LD_LIBRARY_PATH"]
    pair = ["cc", "-shared", "-fPIC", f"-I{dotnet_tools.ROOT}/rtapi/include", dotnet_tools.ROOT / "bench/dotnet/pair.c"]
    subprocess.run([*pair, f"-L{library}", "-lrtapi", "-o", tmp_path / "pair.so"], check=True)
    environment = dict(os.environ, LD_LIBRARY_PATH=f"{library}:{tmp_path}")
    output = subprocess.run(
        ["dotnet", program, "--quick"], stdout=subprocess.PIPE, text=True, env=environment, check=True
    ).stdout
    rows = [line for line in output.splitlines() if ".NET's named mutex" in line or "from C" in line]
    assert len(rows) == (5 if os.cpu_count() > 1 else 4), output
    assert "takes and releases: 0." in output
