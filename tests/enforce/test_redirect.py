"""The redirect carried out: the environment is there and works, or nothing is; what was there is never touched."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conda.channel import MINOR, Channel
from tests.conda.world import World, make_world
from tests.wheelhouse import make_project, make_wheel

REFUSED = 11
SHORT = MINOR.replace(".", "")
NAME = f"numpy-py{SHORT}"
needs_rattler = pytest.mark.skipif(importlib.util.find_spec("rattler") is None, reason="py-rattler needs Python 3.10")


@pytest.fixture(scope="session")
def channel(tmp_path_factory: pytest.TempPathFactory) -> Channel:
    made = Channel(tmp_path_factory.mktemp("channel") / "conda-forge")
    made.add_python()
    for name, version in (("numpy", "1.26.4"), ("numpy", "2.0.1"), ("pandas", "2.2.0"), ("matplotlib", "3.9.0"),
                          ("cryptography", "42.0.0"), ("cryptography", "43.0.1")):
        made.add_distribution(name, version)
    made.add("broken-thing", "1.0", ["python"])
    made.write()
    return made


@pytest.fixture
def world(tmp_path: Path, channel: Channel) -> World:
    return make_world(tmp_path, channel)


def python_of(world: World, name: str, code: str) -> str:
    done = subprocess.run([world.base / "envs" / name / "bin" / "python", "-I", "-c", code], capture_output=True,
                          text=True, check=True)
    return done.stdout.strip()


@needs_rattler
def test_what_was_asked_for_is_there_and_the_command_stays_refused(world: World) -> None:
    done = world.redirect("install", "numpy==1.26.4", "pandas", "--user")
    assert (done.returncode, done.stdout) == (REFUSED, ""), done.stderr
    assert python_of(world, NAME, "import numpy, pandas; print(numpy.__version__)") == "1.26.4"
    assert "solved: " in done.stderr    # the tool's own progress
    assert f"to use it: conda activate {NAME}\n" in done.stderr
    assert "stays refused (exit 11)" in done.stderr
    (_, made) = world.calls()
    assert made == ["install", "-p", f"{world.base}/envs/{NAME}", "--yes", "--override-channels", "-c", "conda-forge",
                    f"python={MINOR}", "numpy==1.26.4", "pandas"]


@needs_rattler
def test_markers_hold_for_the_python_that_was_made(world: World, tmp_path: Path) -> None:
    """Debian 11 has 3.9, for which channels no longer build: what was asked for that one alone need not be there."""
    channel = Channel(tmp_path / "newer")
    channel.add_python("3.12")
    channel.add_distribution("numpy", "1.26.4")
    channel.write()
    newer = world._replace(channel=channel.url)
    done = newer.redirect("install", "numpy", "pandas; python_version < '3.10'", PYGUARD_TEST_VERSION="3.9.2")
    assert done.returncode == REFUSED and "imports there" in done.stderr, done.stderr
    assert newer.environments() == ["numpy-py312"]


@needs_rattler
def test_a_second_time_takes_another_name(world: World) -> None:
    for _ in range(2):
        assert world.redirect("install", "numpy").returncode == REFUSED
    assert world.environments() == [NAME, f"{NAME}-2"]


@needs_rattler
def test_a_wheel_goes_through_the_pip_inside(world: World, tmp_path: Path) -> None:
    wheel = make_wheel(str(tmp_path / "dist"), "simple_math", "0.1", {"simple_math/__init__.py": "x = 1\n"})
    done = world.redirect("install", wheel, "numpy")
    assert done.returncode == REFUSED
    assert python_of(world, f"simple-math-py{SHORT}", "import numpy, simple_math; print(simple_math.x)") == "1"


@needs_rattler
def test_an_editable_checkout_becomes_dev_env(world: World, tmp_path: Path) -> None:
    make_project(str(tmp_path / "math"), "simple_math", "0.1")
    done = world.redirect("install", "-e", ".", cwd=tmp_path / "math")    # type: ignore[arg-type]
    assert done.returncode == REFUSED
    where = python_of(world, "dev_env", "import simple_math; print(simple_math.__file__)")
    assert where == str(tmp_path / "math" / "simple_math.py"), done.stderr


@needs_rattler
def test_a_requirements_file_becomes_one_environment_file(world: World, tmp_path: Path) -> None:
    wheel = make_wheel(str(tmp_path / "dist"), "local_thing", "0.1")
    (tmp_path / "r.txt").write_text(f"numpy<2\npandas ; python_version < '3'\n{wheel}\n-r more.txt\n-c limits.txt\n")
    (tmp_path / "more.txt").write_text("cryptography\n")
    (tmp_path / "limits.txt").write_text("cryptography<43\n")
    done = world.redirect("install", "-r", "r.txt", cwd=tmp_path)    # type: ignore[arg-type]
    assert done.returncode == REFUSED
    found = python_of(world, NAME, "import numpy as n, cryptography as c, local_thing; print(n.__version__, "
                                   "c.__version__)")
    assert found == "1.26.4 42.0.0", done.stderr
    assert world.calls()[1][:4] == ["env", "update", "-p", f"{world.base}/envs/{NAME}"]


@pytest.mark.parametrize("tool", [*(["pyguard-pip"] if sys.version_info >= (3, 10) else []),
                                  *(["ensurepip"] if importlib.util.find_spec("ensurepip") else [])])
def test_without_conda_a_venv(tool: str, world: World, tmp_path: Path) -> None:
    """Debian's python3 has no ensurepip: there pyguard's own pip fills the environment."""
    wheel = make_wheel(str(tmp_path / "dist"), "simple_math", "0.1")
    outward = {"PIP_NO_USER": "1"}    # pip's other word for PIP_USER
    done = world.redirect("install", wheel, tools=(tool,), **outward)    # type: ignore[arg-type]
    assert done.returncode == REFUSED, done.stderr
    place = world.home / ".venvs" / f"simple-math-py{SHORT}"
    subprocess.run([place / "bin/python", "-I", "-c", "import simple_math"], check=True)
    assert f"to use it: . {place}/bin/activate\n" in done.stderr


@needs_rattler
def test_an_environment_that_appeared_meanwhile_is_left_alone(world: World) -> None:
    precious = world.base / "envs" / NAME / "conda-meta" / "history"
    precious.parent.mkdir(parents=True)
    precious.write_text("somebody's\n")
    done = world.redirect("install", "numpy", PYGUARD_TEST_STALE="1")    # it was not there when names were looked at
    assert done.returncode == REFUSED and "is there already and is left as it is" in done.stderr
    assert precious.read_text() == "somebody's\n" and [call[0] for call in world.calls()] == ["info"]


@needs_rattler
def test_the_same_name_in_another_directory_counts(world: World) -> None:
    other = world.home / ".conda" / "envs" / NAME
    other.mkdir(parents=True)
    done = world.redirect("install", "numpy", PYGUARD_TEST_STALE="1")
    assert done.returncode == REFUSED and str(other) in done.stderr and world.environments() == []


@needs_rattler
@pytest.mark.parametrize("fails", [False, True])
def test_one_that_appears_while_conda_starts_is_not_deleted(fails: bool, world: World) -> None:
    """Somebody else's `conda create` at the worst moment: what it put there is neither solved away nor cleaned up."""
    place = world.base / "envs" / NAME
    intrude = f"rm -r {place}; mkdir -p {place}/conda-meta; echo theirs >{place}/conda-meta/history"
    done = world.redirect("install", "numpy==9" if fails else "numpy", PYGUARD_STANDIN_BEFORE=intrude)
    assert done.returncode == REFUSED
    assert (place / "conda-meta" / "history").read_text().startswith("theirs\n")


@needs_rattler
def test_the_stand_in_deletes_as_the_real_one_does(world: World) -> None:
    """Else the tests above would prove nothing."""
    place = world.base / "envs" / "victim"
    (place / "conda-meta").mkdir(parents=True)
    (place / "conda-meta" / "history").touch()
    done = subprocess.run([world.base / "bin/conda", "create", "-n", "victim", "--yes", "numpy==9"],
                          env=world.environ(), capture_output=True, check=False)
    assert done.returncode == 1 and not place.exists()


@needs_rattler
@pytest.mark.parametrize("words", [("install", "numpy==9"), ("install", "numpy", "broken-thing-that-is-nowhere"),
                                   ("install", "numpy", "./no-wheel.whl")])
def test_what_cannot_be_had_leaves_nothing(words: tuple[str, ...], world: World) -> None:
    (world.home / "no-wheel.whl").touch()
    words = tuple(word.replace("./no-wheel.whl", "./nothing-1.0-py3-none-any.whl") for word in words)
    (world.home / "nothing-1.0-py3-none-any.whl").write_text("no archive")
    done = world.redirect(*words)
    assert done.returncode == REFUSED and "no environment was made, and nothing of it is left" in done.stderr
    assert world.environments() == [] and not list((world.directory / "tmp").glob("pyguard-*"))


@needs_rattler
def test_no_network(world: World) -> None:
    unreachable = World(world.directory, "http://127.0.0.1:9/conda-forge")
    done = unreachable.redirect("install", "numpy")
    assert done.returncode == REFUSED and "ended with exit code 1" in done.stderr and world.environments() == []


@needs_rattler
def test_what_does_not_import_is_no_success(world: World, tmp_path: Path) -> None:
    wheel = make_wheel(str(tmp_path / "dist"), "bad_thing", "0.1", {"bad_thing.py": "raise RuntimeError('no')\n"})
    done = world.redirect("install", wheel)
    assert done.returncode == REFUSED and "bad-thing: import bad_thing: RuntimeError: no" in done.stderr
    assert world.environments() == []


def slow_project(directory: Path, marker: Path) -> None:
    make_project(str(directory), "slow_thing", "0.1")
    backend = directory / "backend.py"
    backend.write_text(f"import time\nopen({str(marker)!r}, 'w').close()\ntime.sleep(60)\n" + backend.read_text())


@needs_rattler
@pytest.mark.parametrize("number", [pytest.param(signal.SIGINT, marks=pytest.mark.core),
                                    pytest.param(signal.SIGTERM, marks=pytest.mark.full)])
@pytest.mark.parametrize("stage", ["info", "begun", "solved", "made", "pip", "import"])
def test_interrupted_at_every_step_nothing_is_left(stage: str, number: signal.Signals, world: World,
                                                   tmp_path: Path) -> None:
    marker = tmp_path / "log.stopped"
    words = ["install", "numpy"]
    if stage == "pip":
        slow_project(tmp_path / "slow", marker)
        words.append(str(tmp_path / "slow"))
    elif stage == "import":
        body = f"import time\nopen({str(marker)!r}, 'w').close()\ntime.sleep(60)\n"
        words.append(make_wheel(str(tmp_path / "dist"), "slow_thing", "0.1", {"slow_thing.py": body}))
    child = world.start(*words, PYGUARD_STANDIN_STOP=stage)
    world.wait_for(marker, child)
    child.send_signal(number)
    _, said = child.communicate(timeout=60)
    assert child.returncode == 128 + number, said
    assert f"interrupted ({number.name}): what was begun is removed" in said
    assert world.environments() == [] and not list((world.directory / "tmp").glob("pyguard-*"))
    assert not leftover(str(tmp_path))


def leftover(words: str) -> list[str]:
    """Command lines of processes that still speak of a directory of this test."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if words in line:
                found.append(line)
    return found


@pytest.mark.proof
@needs_rattler
@pytest.mark.parametrize("size", ["64k", "1m"])
def test_a_full_disk_leaves_nothing(size: str, world: World) -> None:
    place = world.base / "envs"
    script = f'mount -t tmpfs -o size={size} tmpfs {place} && "$@"; code=$?; ls -A {place}; exit $code'
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", *world.command("install", "numpy")],
                          env=world.environ(), cwd=world.home, capture_output=True, text=True, check=False)
    assert done.returncode == REFUSED and done.stdout == "", done.stderr
    assert "no environment was made, and nothing of it is left" in done.stderr


@needs_rattler
def test_a_script_fails_clearly_and_does_nothing_else(world: World) -> None:
    line = " ".join(f"'{word}'" for word in world.command("install", "numpy"))
    done = subprocess.run(["sh", "-c", f"{line} && echo went on"], env=world.environ(), cwd=world.home,
                          capture_output=True, text=True, check=False)
    assert done.returncode == REFUSED and done.stdout == ""


def test_suggest_makes_nothing_and_ask_without_a_terminal_neither(world: World) -> None:
    for mode, words in (("suggest", ""), ("ask", "nobody is asked: there is no terminal")):
        done = world.redirect("install", "numpy", mode=mode)
        assert done.returncode == REFUSED and words in done.stderr and world.environments() == []


def test_where_nothing_makes_an_environment_it_says_so(world: World) -> None:
    done = world.redirect("install", "numpy", tools=())    # type: ignore[arg-type]
    assert done.returncode == REFUSED and "nothing that is on this machine makes an environment" in done.stderr
