"""The shim, run by every POSIX shell that is here: what it lets pass, what it hands over, what it leaves alone."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.errors import ForeignUsageError
from pyguard.intake.frontends.pip_command import changes_nothing, read_command
from pyguard.intake.frontends.pip_options import COMMANDS, GENERAL, HELP, TAKES_VALUE
from tests.hooks.worlds import HOOKS, SHELLS, SHIM, World, shells

OS_PYTHON = "/usr/bin/python3"
PRINTS_ARGV = f"#!{OS_PYTHON} -I\nimport sys; print(sys.argv[1:])\n"
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


ARGUMENTS = st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12), max_size=6)
SHARED = {"deadline": None, "max_examples": 15, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(**SHARED)    # type: ignore[arg-type]
@given(arguments=ARGUMENTS, environment=st.dictionaries(
    st.from_regex(r"\A[A-Z][A-Z0-9_]{3,8}\Z"), st.text(st.characters(exclude_characters="\0",
                                                                  exclude_categories=("Cs",)), max_size=8)))
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
    world.tool(world.bin / "pip", f"#!{sys.executable} -I\n{dump}\n")
    seen = world.run(["pip", "list"], shell, env={"A": "1"}).stdout
    without = subprocess.run([str(world.bin / "pip")], capture_output=True, text=True, check=True, cwd=world.root, env={
        "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": str(world.record), "A": "1",
        "HOME": str(world.root / "home")}).stdout
    here, there = json.loads(seen), json.loads(without)
    assert {n: v for n, v in here.items() if n not in SHELLS_OWN} == {n: v for n, v in there.items() if n not in SHELLS_OWN}


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
                               env={"PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin"})
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


def test_the_first_after_the_shim_wins(world: World, shell: tuple[str, ...]) -> None:
    other = world.tool(world.root / "other dir" / "pip")
    earlier = world.tool(world.root / "earlier" / "pip")
    after = world.run(["pip", "list"], shell, path=[world.root / "earlier", world.shims, world.root / "other dir"])
    assert after.calls == ((other, "list"),)
    last = world.run(["pip", "list"], shell, path=[world.root / "earlier", "/usr/bin:/bin", world.shims])
    assert last.calls == ((earlier, "list"),)
    elsewhere = world.run(["pip", "list"], shell, path=[world.bin, "/usr/bin:/bin"])
    assert elsewhere.calls == ((f"{world.bin}/pip", "list"),)


def test_what_path_may_look_like(world: World, shell: tuple[str, ...]) -> None:
    here = world.root / "here"
    world.tool(here / "pip")
    world.tool(here / "-d" / "pip3")
    (here / "pip3").mkdir()                              # a directory is no program
    (here / "pip3.11").write_text("not executable", encoding="utf-8")
    tools = "/usr/bin:/bin"
    for empty in (f"{world.shims}::{tools}", f"{world.shims}:.:{tools}"):
        (call,) = world.run(["pip", "list"], shell, path=[empty], cwd=here).calls
        assert os.path.realpath(here / call[0]) == str(here / "pip")
    assert world.run(["pip", "list"], shell, path=[f":{world.shims}"], cwd=here).code in (0, 127)
    relative = world.run(["pip3", "list"], shell, path=[f"{world.shims}:nowhere::-d:{tools}"], cwd=here)
    assert os.path.realpath(here / relative.calls[0][0]) == str(here / "-d" / "pip3")
    none = world.run(["pip3.11", "list"], shell, path=[f"{world.shims}:{here}"])
    assert (none.code, none.stdout, none.calls) == (127, "", ())
    assert none.stderr == "pip3.11: command not found\n"


def test_without_path_it_ends(world: World, shell: tuple[str, ...]) -> None:
    done = subprocess.run([shutil.which(shell[0]) or "", *shell[1:], str(world.shims / "poetry"), "list"], env={},
                          capture_output=True, text=True, check=False, timeout=10)
    assert done.stdout == ""
    assert done.returncode == 127 or shutil.which("poetry")


def test_links_and_copies_of_the_shim_are_never_the_tool(world: World, shell: tuple[str, ...]) -> None:
    links = world.root / "links"
    links.mkdir()
    (links / "pip").symlink_to(world.shims / "pip")
    hard = world.root / "hard"
    hard.mkdir()
    os.link(world.shims / ".pyguard-shim", hard / "pip")
    second = world.root / "second"    # the shims of another installation
    second.mkdir()
    shutil.copy(world.shims / ".pyguard-shim", second / ".pyguard-shim")
    (second / "pip").symlink_to(".pyguard-shim")
    path = [world.shims, links, hard, second, world.shims, world.bin, "/usr/bin:/bin"]
    assert world.run(["pip", "list"], shell, path=path).calls == ((f"{world.bin}/pip", "list"),)
    assert world.run(["pip", "list"], shell, path=[world.shims, links, hard, second]).code == 127


def test_a_version_managers_shim_that_falls_back_to_path(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.root / "manager" / "pip", '#!/bin/sh\nPATH=${PATH#*/manager:} exec pip "$@"\n')
    world.tool(world.root / "naive" / "pip", '#!/bin/sh\nexec pip "$@"\n')
    for name in ("manager", "naive"):
        path = [world.shims, world.root / name, world.bin, "/usr/bin:/bin"]
        done = world.run(["pip", "list"], shell, path=path)
        assert (done.code, done.calls) == (0, ((f"{world.bin}/pip", "list"),)), name


def test_a_wrapper_that_starts_its_own_name(world: World, shell: tuple[str, ...]) -> None:
    world.tool(world.root / "wrapper" / "pip", '#!/bin/sh\necho wrapped\npip "$@"\nexit $?\n')
    done = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", world.bin, "/usr/bin:/bin"])
    assert done.stdout == "wrapped\n"
    assert done.calls == ((f"{world.bin}/pip", "list"),)
    deeper = '#!/bin/sh\nsh -c \'echo again; pip "$@"; exit $?\' sh "$@"\nexit $?\n'
    world.tool(world.root / "wrapper" / "pip", deeper)
    done = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", world.bin, "/usr/bin:/bin"])
    assert done.stdout.count("again") <= 12
    assert done.calls == ((f"{world.bin}/pip", "list"),)
    alone = world.run(["pip", "list"], shell, path=[world.shims, world.root / "wrapper", "/usr/bin:/bin"])
    assert alone.stdout.count("again") <= 12


def test_a_tool_that_calls_another_is_guarded_again(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    world.tool(world.bin / "uv", '#!/bin/sh\npip install "$@"\nexit $?\n')
    (call,) = world.run(["uv", "run"], shell).calls
    assert call[1:4] == ("-I", f"{world.shims}/../venv/main.py", "pip")


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
    (("install", "--user", "six"), {}, False),
    (("install", "six"), {"PIP_TARGET": "/usr/lib"}, False),
    (("install", "six"), {"PIP_PYTHON": "/usr/bin/python3"}, False),
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


OTHERS = [
    ("uv", "run pip install x", {}, True), ("uv", "--version", {}, True), ("uv", "pip list --system", {}, True),
    ("uv", "pip install x", {}, True), ("uv", "pip install --system x", {}, False),
    ("uv", "--directory pip pip install --system x", {}, False), ("uv", "pip sync -p /usr/bin/python3 x", {}, False),
    ("uv", "pip install x", {"UV_SYSTEM_PYTHON": "1"}, False), ("uv", "--new-option pip install", {}, False),
    ("uv", "sync", {}, True), ("uv", "sync", {"UV_PROJECT_ENVIRONMENT": "/usr/local"}, False),
    ("uv", "pip install x", {"CONDA_DEFAULT_ENV": "base"}, False), ("uv", "pip install --help", {}, True),
    ("conda", "activate x", {}, True), ("conda", "list", {}, True), ("conda", "create -n x", {}, True),
    ("conda", "install x", {}, False), ("conda", "install -n x y", {}, True), ("conda", "install -n base y", {}, False),
    ("conda", "install x", {"CONDA_DEFAULT_ENV": "work"}, True), ("conda", "install --name=base x", {}, False),
    ("conda", "-v remove x", {"CONDA_DEFAULT_ENV": "base"}, False), ("conda", "install -p /opt/x y", {}, False),
    ("conda", "env list", {}, True), ("conda", "env update -f x", {}, False), ("conda", "install --help", {}, True),
    ("pipx", "list", {}, True), ("pipx", "install x", {}, False), ("pipx", "run x", {}, True),
    ("pipx", "--global install x", {}, False), ("poetry", "run x", {}, True), ("poetry", "install", {}, False),
    ("poetry", "-n add x", {}, False), ("poetry", "add --help", {}, True), ("pipenv", "install x", {}, True),
    ("pipenv", "install --system --deploy", {}, False), ("pipenv", "install x", {"PIPENV_SYSTEM": "1"}, False),
    ("pipenv", "run x --system", {}, True), ("easy_install", "x", {}, False), ("easy_install", "--version", {}, True),
]


def test_the_tables_of_the_other_tools(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    for tool, _, _, _ in OTHERS:
        world.tool(world.bin / tool)
    assert world.run(["uv", "pip", "install", "--system", "x"], shell).calls[0][0] == f"{world.bin}/uv"
    world.judge_all()
    for tool, line, environment, straight in OTHERS:
        (call,) = world.run([tool, *line.split()], shell, env=environment).calls
        if straight:
            assert call == (f"{world.bin}/{tool}", *line.split())
        else:
            assert call[3:] == ("guard", "--tool", tool, "--real", f"{world.bin}/{tool}", "--", *line.split()), line


def test_the_tables_are_the_engines_own() -> None:
    text = SHIM.read_text(encoding="utf-8")

    def words(name: str) -> set[str]:
        found = re.search(rf"^{name}='([^']*)'", text, re.MULTILINE)
        assert found
        return set(found[1].split())

    options = [(spelling, option) for option in GENERAL for spelling in option.spellings.split()]
    assert words("_pyguard_pip_takes") == {spelling for spelling, option in options if option.kind in TAKES_VALUE}
    flags = {spelling for spelling, option in options if option.kind not in (*TAKES_VALUE, HELP)}
    assert words("_pyguard_pip_flags") - {"-qq", "-qqq", "-vv", "-vvv"} == flags - {"--version", "-V"}
    harmless = re.search(r"'' \| ([a-z |\\\n]+)\) return 1 ;;\n +install", text)
    assert harmless
    assert set(re.findall(r"[a-z]+", harmless[1])) == {command.name for command in COMMANDS if not command.changes}


VOCABULARY = ["install", "uninstall", "list", "download", "help", "six", "--log", "-q", "-qv", "--help", "-h", "--python",
              "--no-input", "--proxy", "--proxy=x", "-r", "--dry-run", "--version", "-V", "--", "-", "--lo", "--upgrade",
              "--isolated", "config", "--trusted-host", "-vh", "--no-cache-dir", "--retries", "--unknown", ""]


def test_what_passes_is_harmless_by_the_engines_own_reading(world: World) -> None:
    world.engine()
    chance = random.Random(4)
    passed = 0
    for _ in range(150):
        arguments = chance.choices(VOCABULARY, k=chance.randint(1, 5))
        (call,) = world.run(["pip", *arguments]).calls
        if call[0] != f"{world.bin}/pip":
            continue
        passed += 1
        try:
            read_command(arguments)
        except ForeignUsageError:
            continue    # pip itself refuses it
        assert changes_nothing(arguments), arguments
    assert passed > 20


def test_the_kill_switch(world: World, shell: tuple[str, ...]) -> None:
    world.engine()
    (world.root / "etc").mkdir()
    (world.root / "etc" / "disabled").write_text("", encoding="utf-8")
    assert world.run(["pip", "install", "x"], shell).calls == ((f"{world.bin}/pip", "install", "x"),)


def test_the_engines_other_places(world: World, shell: tuple[str, ...]) -> None:
    world.engine("system/venv")
    (call,) = world.run(["pip", "install", "x"], shell).calls
    assert call[1:3] == ("-I", f"{world.root}/system/venv/main.py")
    shutil.rmtree(world.root / "system")
    python = world.tool(world.root / "somewhere" / "python")
    (world.shims / ".pyguard-engine").write_text(python + "\n", encoding="utf-8")
    (call,) = world.run(["pip", "install", "x"], shell).calls
    assert call == (python, "-I", "-m", "pyguard", "pip", "--real", f"{world.bin}/pip", "--", "install", "x")


def break_nothing(world: World) -> None:
    shutil.rmtree(world.root / "venv")


def break_main(world: World) -> None:
    (world.root / "venv" / "main.py").unlink()


def break_python(world: World) -> None:
    (world.root / "base" / "python3.11").rename(world.root / "base" / "python3.12")


def upgrade_python(world: World) -> None:
    newer = world.tool(world.root / "base" / "python3.12")
    (world.root / "venv" / "bin" / "python").unlink()
    (world.root / "venv" / "bin" / "python").symlink_to(newer)


def truncate_configuration(world: World) -> None:
    (world.root / "venv" / "pyvenv.cfg").write_text("", encoding="utf-8")


BREAKAGES = [break_nothing, break_main, break_python, upgrade_python, truncate_configuration]


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_a_missing_engine_is_one_line_and_the_real_tool(world: World, shell: tuple[str, ...], breakage: object) -> None:
    world.engine()
    assert callable(breakage)
    breakage(world)
    done = world.run(["pip", "install", "x y"], shell)
    assert done.calls == ((f"{world.bin}/pip", "install", "x y"),)
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)
    assert "engine is missing or broken" in done.stderr
    assert world.run(["pip", "list"], shell).stderr == ""


@pytest.fixture
def os_pip(world: World) -> Iterator[World]:
    world.tool(world.bin / "pip", PRINTS_ARGV)
    yield world


@pytest.mark.parametrize("arguments", [
    ("install", "six"), ("-q", "install", "six"), ("uninstall", "six"), ("install", "--user", "six"),
    ("install", "--target", "/usr/lib/python3/dist-packages", "six"), ("install", "--prefix=/usr", "six"),
    ("install", "--root", "/", "six"), ("install", "--log", "--dry-run", "six"), ("install", "--log", "--help", "six"),
])
def test_without_an_engine_global_installs_are_refused(os_pip: World, shell: tuple[str, ...],
                                                       arguments: tuple[str, ...]) -> None:
    done = os_pip.run(["pip", *arguments], shell)
    assert (done.code, done.stdout) == (11, "")
    assert done.stderr.startswith(f"pyguard: refused: pip {'un' * ('uninstall' in arguments)}install\n")
    assert f"{os_pip.bin}/pip belongs to the operating system's own Python" in done.stderr


@pytest.mark.parametrize(("arguments", "allow"), [
    (("install", "--target", "/srv/app", "six"), ""), (("install", "--dry-run", "six"), ""),
    (("install", "six"), "because"), (("install", "--prefix=/srv", "six"), ""),
    (("--python", "/srv/venv/bin/python", "install", "six"), ""), (("install", "six", "--help"), ""),
])
def test_without_an_engine_the_rest_passes(os_pip: World, shell: tuple[str, ...], arguments: tuple[str, ...],
                                           allow: str) -> None:
    if not os.path.exists(OS_PYTHON):
        pytest.skip(f"needs {OS_PYTHON}")
    done = os_pip.run(["pip", *arguments], shell, env={"PYGUARD_ALLOW": allow})
    assert (done.code, done.stdout) == (0, f"{list(arguments)}\n")
    assert done.stderr.count("\n") == 1


def test_root_runs_no_engine_that_lies_beside_somebody_elses_shim(world: World, shell: tuple[str, ...]) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: a shim that belongs to somebody else")
    world.engine()
    with tempfile.TemporaryDirectory() as directory:
        theirs = Path(directory) / "theirs"
        shutil.copytree(world.root, theirs, symlinks=True)
        for place in (theirs, theirs / "shims"):
            os.chown(place, 65534, 65534)
        done = subprocess.run([*shell, str(theirs / "shims" / "pip"), "install", "x"], capture_output=True, text=True,
                              env={"PATH": f"{theirs}/shims:{world.bin}:/usr/bin:/bin", "RECORD": str(world.record),
                                   "HOME": str(theirs)}, check=False)
    assert "engine is missing" in done.stderr
    assert world.calls() == ((f"{world.bin}/pip", "install", "x"),)


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
        done = subprocess.run(["strace", "-f", "-e", "trace=clone,clone3,fork,vfork", str(world.shims / "pip"), *arguments],
                              capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL, env={
                                  "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": "/dev/null"})
        before = done.stderr.split("RECORD")[0]
        limit = 0 if arguments == ["list"] else 1    # the recorder's own `env`
        assert len(re.findall(r"(?:clone3?|v?fork)\(", before)) <= limit, done.stderr


def test_shellcheck_has_nothing_to_say() -> None:
    program = shutil.which("shellcheck")
    if not program:
        pytest.skip("needs shellcheck")
    files = [SHIM]
    done = subprocess.run([program, *map(str, files)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_hundred_at_once(world: World) -> None:
    world.engine()
    running = [subprocess.Popen([str(world.shims / "pip"), "list"], env={
        "PATH": f"{world.shims}:{world.bin}:/usr/bin:/bin", "RECORD": "/dev/null"}) for _ in range(100)]
    assert {process.wait(60) for process in running} == {0}
