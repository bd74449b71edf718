"""The warning on import: said once, on stderr, to people; and a notice that has become stale."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hooks.startuprig import MINORS, Rig

Make = Callable[..., Rig]


def shadow(guarded: Rig, mtime: str = "") -> Path:
    """A notice that says that `colour` is shadowed, and a program that imports it twice, and a module of it."""
    early = guarded.base / "early"
    early.mkdir()
    (early / "colour.py").write_text("")
    time = mtime or str(early.stat().st_mtime_ns)
    notice = guarded.base / "notice"
    notice.write_text(f"pyguard-notice\t1\nsite\t{early}\t{time}\n"
                      f"shadow\tcolour\t{early}\tcolour 2.0\tcolour 1.0\tpython3-colour\nend\n")
    guarded.configure(f"notice={notice}\n")
    program = guarded.base / "program.py"
    program.write_text(f"import sys\nsys.path.insert(0, {str(early)!r})\nimport colour\nsys.modules.pop('colour')\n"
                       "import colour\nprint('done')\n")
    return program


@pytest.mark.parametrize("minor", MINORS)
def test_said_once_on_stderr(rig: Make, minor: str) -> None:
    guarded = rig(minor, None)
    ran = guarded.run(str(shadow(guarded)), env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert (ran.code, ran.stdout) == (0, b"done\n")
    (line,) = ran.stderr.decode().strip().split("\n")
    for word in ("colour 2.0", "early", "colour 1.0", "python3-colour", "pyguard audit", "PyguardWarning"):
        assert word in line


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.9", "3.13"])
def test_one_configuration_for_every_python(rig: Make, minor: str) -> None:
    """As an OS package has it, in a directory that several Pythons share."""
    guarded = rig(minor, None)
    program = shadow(guarded)
    (guarded.base / "notice").rename(guarded.base / f"usr-{minor}")
    guarded.configure(f"notice={guarded.base}/usr-@minor@\n")
    assert guarded.run(str(program)).stderr.count(b"colour 2.0") == 1


@pytest.mark.parametrize(("flags", "env"), [
    (("-W", "ignore"), {}), (("-W", "error"), {}), ((), {"PYGUARD_QUIET": "1"}), ((), {"PYTHONWARNINGS": "ignore"})])
def test_filters_and_quiet_are_honoured(rig: Make, flags: tuple[str, ...], env: dict[str, str]) -> None:
    guarded = rig("3.11", None)
    ran = guarded.run(*flags, str(shadow(guarded)), env=env)
    assert (ran.code, ran.stdout, ran.stderr) == (0, b"done\n", b"")


@pytest.mark.parametrize("minor", ["2.7", "3.6", "3.9", "3.13"])
def test_probes_hear_nothing(rig: Make, minor: str) -> None:
    guarded = rig(minor, None)
    code = shadow(guarded).read_text()
    for flags in (("-c",), ("-Bc",), ("-W", "default", "-c")):
        assert guarded.run(*flags, code).stderr == b""


def test_copy_that_this_process_does_not_get(rig: Make) -> None:
    guarded = rig("3.11", None)
    program = shadow(guarded)
    program.write_text("try:\n    import colour\nexcept ImportError:\n    print('done')\n")
    assert guarded.run(str(program)).stderr == b""


def test_stale_notice_is_told_once_a_day(rig: Make) -> None:
    guarded = rig("3.11", None)
    program = shadow(guarded, "1")
    quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
    first = guarded.run(str(program), env=quiet)
    assert b"has changed since pyguard last looked; run: pyguard audit" in first.stderr
    assert first.stderr.count(b"\n") == 1 and first.stdout == b"done\n"
    assert guarded.run(str(program), env=quiet).stderr == b""
    (stamp,) = (guarded.base / "home" / ".cache" / "pyguard").iterdir() if os.geteuid() else stamps(guarded)
    if os.geteuid():
        os.utime(stamp, (1, 1))
        assert guarded.run(str(program), env=quiet).stderr == first.stderr


def stamps(guarded: Rig) -> list[Path]:
    """Root's stamp lies in the system's cache: this test puts it away again."""
    stamp = Path("/var/cache/pyguard/stale-notice")
    assert stamp.exists()
    stamp.unlink()
    with contextlib.suppress(OSError):
        stamp.parent.rmdir()
    return [stamp]


@pytest.mark.parametrize(("database", "said"), [("still", True), ("at work", False)])
def test_the_systems_own_directory_changes_with_the_package_managers(rig: Make, database: str, said: bool) -> None:
    guarded = rig()
    program = shadow(guarded)
    own, updates = guarded.base / "own", guarded.base / "updates"
    for place in (own, updates):
        place.mkdir()
    notice = guarded.base / f"owned-{os.getpid()}-{said}"
    guarded.configure(f"notice={notice}\n")
    notice.write_text(f"pyguard-notice\t1\nowned\t{own}\t1\t{updates}\t"
                      f"{os.stat(updates).st_mtime_ns if database == 'still' else 1}\nend\n")
    ran = guarded.run(str(program))
    if os.geteuid() == 0:    # root's lies there
        Path(f"/var/cache/pyguard/stale-{notice.name}").unlink(missing_ok=True)
    assert (ran.code, b"has changed since pyguard last looked" in ran.stderr) == (0, said)


@pytest.mark.parametrize("damage", ["cut", "mode", "binary"])
def test_notice_that_cannot_be_trusted_says_nothing(rig: Make, damage: str) -> None:
    guarded = rig("3.11", None)
    program = shadow(guarded)
    notice = guarded.base / "notice"
    if damage == "cut":
        notice.write_text(notice.read_text()[:-4])
    elif damage == "mode":
        notice.chmod(0o666)
    else:
        notice.write_bytes(b"\xff\xfe\0")
    ran = guarded.run(str(program))
    assert (ran.code, ran.stdout, ran.stderr) == (0, b"done\n", b"")


def test_names_cannot_steer_a_terminal(rig: Make) -> None:
    guarded = rig("3.11", None)
    program = shadow(guarded)
    notice = guarded.base / "notice"
    notice.write_text(notice.read_text().replace("colour 2.0", "colour \x1b[31m2\u202e"))
    said = guarded.run(str(program)).stderr
    assert b"\x1b" not in said and "\u202e".encode() not in said and b"colour" in said


def test_root_reads_no_notice_of_a_users(rig: Make) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: files of another user")
    guarded = rig("3.11", None)
    program = shadow(guarded)
    os.chown(guarded.base / "notice", 1000, 1000)
    assert guarded.run(str(program)).stderr == b""
    home = guarded.base / "home" / "n"
    home.parent.mkdir(exist_ok=True)
    home.write_text((guarded.base / "notice").read_text())
    guarded.configure("notice=~/n\n")
    assert guarded.run(str(program)).stderr == b""


def test_root_asks_no_engine_of_a_users(rig: Make) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root: files of another user")
    guarded = rig("3.11")
    os.chown(guarded.engine / "pyguard", 1000, 1000)
    assert guarded.run("-m", "pip", "install", "nothing-of-that-name").asked == []
    os.chown(guarded.engine / "pyguard", 0, 0)
    os.chown(guarded.site / "_pyguard.conf", 1000, 1000)
    assert guarded.run("-m", "pip", "install", "nothing-of-that-name").asked == []


def test_module_in_the_working_directory_is_not_taken_for_ours(rig: Make) -> None:
    guarded = rig("3.11")
    for name in ("_pyguard_handover", "_pyguard_words", "_pyguard_notice", "_pyguard_shield", "_pyguard_watch"):
        (guarded.base / f"{name}.py").write_text("open('was_run', 'w')\n")
    assert guarded.run("-m", "pip", "install", "six").code == 11
    assert not (guarded.base / "was_run").exists()


def test_start_leaves_nothing_behind(rig: Make) -> None:
    guarded = rig("3.11", None)
    before = {path for path in guarded.base.rglob("*") if "__pycache__" not in path.parts}
    subprocess.run([guarded.python, "-c", ""], env=guarded.environment(), check=True)
    assert {path for path in guarded.base.rglob("*") if "__pycache__" not in path.parts} == before
