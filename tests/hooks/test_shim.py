"""The shim, run by every POSIX shell that is here: what it lets pass, what it hands over, what it leaves alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hooks.worlds import SHELLS, SHIM, World, shells

# What a shell itself sets or repairs in its environment, whatever the script does.
SHELLS_OWN = {"PWD", "OLDPWD", "_", "SHLVL", "IFS"}


@pytest.fixture(params=shells(), ids=lambda command: command[0].rsplit("/", 1)[-1])
def shell(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return tuple(request.param)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_every_shell_of_the_table_is_here() -> None:
    missing = [name for name, command in SHELLS.items() if not shutil.which(command[0])]
    if missing:
        pytest.skip(f"not installed here: {', '.join(missing)}")


@pytest.mark.parametrize("arguments", [
    (), ("--version",), ("-V",), ("list",), ("-q", "--no-input", "list"), ("--log", "install", "list"),
    ("--proxy=x", "freeze", "--user"), ("--help", "install"), ("install", "--help"), ("help", "install"),
    ("download", "install"), ("-qq", "show", "install"), ("wheel", "."), ("config", "set", "a", "b"),
])
def test_what_changes_nothing_goes_straight(world: World, shell: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    world.engine()
    done = world.run(["pip", *arguments], shell)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert done.calls == ((f"{world.bin}/pip", *arguments),)


@pytest.mark.parametrize("arguments", [
    ("install", "six"), ("-q", "--no-input", "install", "six"), ("--log", "list", "install", "six"),
    ("uninstall", "-y", "six"), ("install", "--log", "--help", "six"), ("--timeout", "3", "install", "six"),
    ("pyguard-verify",), ("--unknown", "list"), ("-x", "list"), ("--no-inp", "install", "x"), ("", "list"),
    ("install",), ("install", "-h2"), ("--", "install", "x"), ("sync",),
])
def test_the_rest_is_handed_over(world: World, shell: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    engine = world.engine()
    done = world.run(["pip", *arguments], shell)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    (call,) = done.calls
    assert call[0] in (engine, os.path.realpath(engine), f"{world.shims}/../venv/bin/python")
    assert call[1:] == ("-I", f"{world.shims}/../venv/main.py", "pip", "--real", f"{world.bin}/pip", "--", *arguments)


WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12)
ARGUMENTS = st.lists(WORD, max_size=6)
SHARED = {"deadline": None, "max_examples": 15, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(**SHARED)    # type: ignore[arg-type]
@given(arguments=ARGUMENTS, environment=st.dictionaries(st.from_regex(r"\A[A-Z][A-Z0-9_]{3,8}\Z"), WORD))
@pytest.mark.parametrize("command", ["list", "install"])
def test_arguments_and_environment_arrive_unchanged(world: World, shell: tuple[str, ...], command: str,
                                                    arguments: list[str], environment: dict[str, str]) -> None:
    if not (world.root / "venv").exists():
        world.engine()
    special = {"IFS": "/", "CDPATH": "/", "HOME": None, "GLOBIGNORE": "*", "word": "kept", "OPTIND": "7"}
    done = world.run(["pip", "-q", command, *arguments], shell, env={**special, **environment})
    assert done.code == 0
    (call,) = done.calls
    assert list(call[-len(arguments) - 2:]) == ["-q", command, *arguments]
    for name, value in environment.items():
        assert done.environment[name] == value
    assert done.environment["word"] == "kept"
    assert not any(name.startswith("_pyguard") for name in done.environment)


def test_the_environment_is_not_touched_for_a_python_tool(world: World, shell: tuple[str, ...]) -> None:
    dump = "import os, json; print(json.dumps(dict(os.environ)))"
    python = world.root / "python"    # a shebang takes no blanks
    python.symlink_to(os.path.realpath(sys.executable))
    world.tool(world.bin / "pip", f"#!{python} -I\n{dump}\n")
    seen = world.run(["pip", "list"], shell, env={"A": "1"}).stdout
    without = subprocess.run([str(world.bin / "pip")], capture_output=True, text=True, check=True, cwd=world.root, env={
        "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": str(world.record), "A": "1",
        "HOME": str(world.root / "home")}).stdout
    here, there = json.loads(seen), json.loads(without)
    for name in SHELLS_OWN:
        here.pop(name, None), there.pop(name, None)
    assert here == there


@pytest.mark.parametrize("code", [0, 1, 2, 126, 255])
def test_exit_codes_are_the_tools_own(world: World, shell: tuple[str, ...], code: int) -> None:
    world.engine()
    assert world.run(["pip", "list"], shell, env={"RECORD_EXIT": str(code)}).code == code
    assert world.run(["pip", "install", "x"], shell, env={"RECORD_EXIT": str(code)}).code == code


def test_streams_are_the_callers(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.bin / "pip", "#!/bin/sh\ncat; echo error >&2\n")
    done = world.run(["pip", "freeze"], shell, stdin="in\n")
    assert (done.stdout, done.stderr) == ("in\n", "error\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL, signal.SIGPIPE])
def test_a_signal_reaches_the_tool_itself(world: World, number: signal.Signals) -> None:
    world.tool(world.bin / "pip", "#!/bin/sh\necho $$\nexec sleep 60\n")
    process = subprocess.Popen([str(world.shims / "pip"), "list"], stdout=subprocess.PIPE, text=True, bufsize=0,
                               env={"PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin"},
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))    # sh's & ignores it
    assert process.stdout is not None
    with process.stdout:
        assert int(process.stdout.readline()) == process.pid    # the same process all the way: nothing in between
        process.send_signal(number)
        assert process.wait(10) == -number


def test_ignored_signals_stay_ignored(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.bin / "pip", "#!/bin/sh\ngrep SigIgn /proc/self/status\n")
    script = 'trap "" INT HUP; exec "$@"'
    argv = ["/bin/sh", "-c", script, "sh", *shell, str(world.shims / "pip"), "list"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True,
                          env={"PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin"})
    ignored = int(done.stdout.split()[1], 16)
    assert ignored & 1 << signal.SIGINT - 1 and ignored & 1 << signal.SIGHUP - 1


@pytest.mark.parametrize(("arguments", "environment", "straight"), [
    (("install", "six"), {}, True),
    (("uninstall", "six"), {}, True),
    (("install", "-r", "requirements.txt", "--upgrade"), {}, True),
    (("--python", "/usr/bin/python3", "install", "six"), {}, False),
    (("install", "--target", "/usr/lib", "six"), {}, False),
    (("install", "-t", "/usr/lib", "six"), {}, False),
    (("install", "-Ut/usr/lib", "six"), {}, False),
    (("install", "--prefix=/usr", "six"), {}, False),
    (("install", "--root", "/", "six"), {}, False),
    (("install", "--ro", "/", "six"), {}, False),
    (("install", "--user", "six"), {}, False),
    (("install", "six"), {"PIP_TARGET": "/usr/lib"}, False),
    (("install", "six"), {"PIP_PYTHON": "/usr/bin/python3"}, False),
    (("install", "six"), {"PIP_NO_USER": "1"}, False),
])
@pytest.mark.parametrize("kind", ["venv", "conda"])
def test_a_tool_in_an_environment_of_its_own(world: World, kind: str, arguments: tuple[str, ...],
                                             environment: dict[str, str], straight: bool) -> None:
    world.engine()
    prefix = world.root / "an environment"
    real = world.tool(prefix / "bin" / "pip")
    if kind == "venv":
        (prefix / "pyvenv.cfg").write_text("", encoding="utf-8")
    else:
        (prefix / "conda-meta").mkdir()
    done = world.run(["pip", *arguments], path=[world.shims, prefix / "bin", "/usr/bin:/bin"], env=environment)
    assert (done.calls[0][0] == real) is straight


@pytest.mark.parametrize(("file", "environment"), [
    ("etc/pip.conf", {}), ("etc/xdg/pip/pip.conf", {}), ("home/.config/pip/pip.conf", {}), ("home/.pip/pip.conf", {}),
    ("an environment/pip.conf", {}), ("chosen", {"PIP_CONFIG_FILE": "chosen"}),
    ("other/pip/pip.conf", {"XDG_CONFIG_HOME": "@/other"}), ("b/pip/pip.conf", {"XDG_CONFIG_DIRS": "@/a:@/b"})])
def test_what_a_pip_conf_says_is_judged(world: World, shell: tuple[str, ...], file: str,
                                        environment: dict[str, str]) -> None:
    world.engine()
    prefix = world.root / "an environment"
    real = world.tool(prefix / "bin" / "pip")
    (prefix / "pyvenv.cfg").write_text("", encoding="utf-8")
    place = world.root / file
    place.parent.mkdir(parents=True, exist_ok=True)
    environment = {name: value.replace("@", str(world.root)) for name, value in environment.items()}
    harmless = "[global]\nindex-url = http://mirror.example/simple\ntimeout = 60\n"
    for text, straight in (
            (harmless, True), (f"{harmless}[install]\nuser = true", False), ("[install]\nUser: 1\n", False),
            ("[global]\ntarget = x", False), (harmless + "# more\n" * 40, False)):
        place.write_text(text, encoding="utf-8")
        done = world.run(["pip", "install", "six"], shell, path=[world.shims, prefix / "bin", "/usr/bin:/bin"],
                         env=environment)
        assert (done.calls[0][0] == real, done.stderr) == (straight, ""), text
    off = {**environment, "PIP_CONFIG_FILE": "/dev/null"}
    done = world.run(["pip", "install", "six"], shell, path=[world.shims, prefix / "bin", "/usr/bin:/bin"], env=off)
    assert done.calls[0][0] == real


def test_without_a_home_the_engine_finds_it(world: World) -> None:
    world.engine()
    prefix = world.root / "venv of mine"
    real = world.tool(prefix / "bin" / "pip")
    (prefix / "pyvenv.cfg").write_text("", encoding="utf-8")
    for home, straight in ((None, False), ("", False), ("/nowhere", True)):
        done = world.run(["pip", "install", "six"], path=[world.shims, prefix / "bin", "/usr/bin:/bin"],
                         env={"HOME": home})
        assert (done.calls[0][0] == real) is straight


# Root may write everywhere; without this capability (capabilities(7)) it may what the mode says, as anybody.
AS_ANYBODY = ("setpriv", "--inh-caps=-dac_override", "--bounding-set=-dac_override") if os.getuid() == 0 else ()


@pytest.mark.parametrize("kind", ["venv", "conda"])
def test_an_environment_that_cannot_be_written_to_is_judged(world: World, kind: str) -> None:
    world.engine()
    prefix = world.root / "shared"
    world.tool(prefix / "bin" / "pip")
    place = prefix / ("conda-meta" if kind == "conda" else "lib/python3.11/site-packages")
    place.mkdir(parents=True, mode=0o555)
    if kind == "venv":
        (prefix / "pyvenv.cfg").write_text("", encoding="utf-8")
    search = [world.shims, prefix / "bin", "/usr/bin:/bin"]
    (call,) = world.run(["pip", "install", "six"], AS_ANYBODY, path=search).calls
    assert "--real" in call
    place.chmod(0o755)
    (call,) = world.run(["pip", "install", "six"], AS_ANYBODY, path=search).calls
    assert "--real" not in call


@pytest.mark.parametrize("what", ["condabin/", "pkgs/", "conda-meta/conda-23.1.0-0.json"])
def test_condas_base_is_judged(world: World, what: str) -> None:
    world.engine()
    base = world.root / "miniconda3"
    world.tool(base / "bin" / "pip")
    (base / "conda-meta").mkdir()
    mark = base / what
    mark.mkdir() if what.endswith("/") else mark.write_text("", encoding="utf-8")
    (call,) = world.run(["pip", "install", "six"], path=[world.shims, base / "bin", "/usr/bin:/bin"]).calls
    assert "--real" in call


def test_no_descriptors_left_and_nothing_of_a_home(world: World) -> None:
    world.engine()
    script = 'ulimit -n 4 2>/dev/null; exec "$@"'
    done = subprocess.run(["/bin/sh", "-c", script, "sh", str(world.shims / "pip"), "list"], check=False,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          env={"PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": str(world.record)})
    plain = subprocess.run(["/bin/sh", "-c", script, "sh", str(world.bin / "pip"), "list"], check=False,
                           capture_output=True, text=True, stdin=subprocess.DEVNULL,
                           env={"PATH": "/usr/bin:/bin", "RECORD": str(world.record)})
    assert done.returncode == plain.returncode
    assert done.stdout == plain.stdout == ""


def test_nothing_is_forked_on_the_way(world: World) -> None:
    if not shutil.which("strace"):
        pytest.skip("needs strace")
    world.engine()
    world.tool(world.bin / "pip", f"#!{sys.executable} -IS\n")
    for arguments in (["list"], ["install", "x"]):
        argv = ["strace", "-f", "-e", "trace=clone,clone3,fork,vfork", str(world.shims / "pip"), *arguments]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL, env={
            "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": "/dev/null"})
        before = done.stderr.split("RECORD")[0]
        limit = 0 if arguments == ["list"] else 1    # the recorder's own `env`
        assert len(re.findall(r"(?:clone3?|v?fork)\(", before)) <= limit, done.stderr


def test_shellcheck_has_nothing_to_say() -> None:
    program = shutil.which("shellcheck", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
    if not program:
        pytest.skip("needs shellcheck")
    files = [SHIM, SHIM.with_name("tools")]
    done = subprocess.run([program, *map(str, files)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_hundred_at_once(world: World) -> None:
    world.engine()
    running = [subprocess.Popen([str(world.shims / "pip"), "list"], env={
        "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": "/dev/null"}) for _ in range(100)]
    assert {process.wait(60) for process in running} == {0}
