"""A change is on record before it is made, and taking it back gives exactly what was there; killed at any step, too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

from pyguard.enforce.changes import files
from pyguard.enforce.changes.files import NewFile
from pyguard.enforce.changes.journal import list_changes, read_change
from pyguard.enforce.changes.transaction import Transaction, locked
from pyguard.enforce.changes.undo import find_change, settle, take_back
from pyguard.errors import PyguardError
from tests.rootfs import Entry, describe

ID = "20260101-000000-0001"
HEAD = {"kind": "repair", "title": "a test", "time": "2026-01-01T00:00:00Z", "uid": 0}


def a_file(data: bytes = b"", **fields: Any) -> NewFile:
    """A file of whoever runs the tests."""
    return NewFile(data, uid=os.geteuid(), gid=os.getegid(), **fields)


def tree(top: Path) -> dict[str, Entry]:
    """Every path with its content, mode and time of change."""
    return {path[len(str(top)):]: describe(path) for directory, directories, names in os.walk(top)
            for path in (f"{directory}/{name}" for name in (*directories, *names))} | {"": describe(str(top))}


def world(top: Path) -> Path:
    """A directory with a file, a link, a tree with hard links and a FIFO, each of an old time."""
    base = top / "machine"
    (base / "site/pkg/sub").mkdir(parents=True)
    (base / "site/pkg/one.py").write_text("1\n")
    os.link(base / "site/pkg/one.py", base / "site/pkg/sub/two.py")
    (base / "site/pkg/link").symlink_to("one.py")
    os.mkfifo(base / "site/pkg/fifo")
    (base / "site/single.py").write_text("single\n")
    (base / "conf").write_text("a\nb\n")
    (base / "conf").chmod(0o640)
    (base / "python3").symlink_to("python3.99")
    for directory, directories, names in os.walk(base, topdown=False):
        for name in (*names, *directories):
            os.utime(f"{directory}/{name}", ns=(10**18, 10**18 + len(name)), follow_symlinks=False)
    os.utime(base, ns=(10**18, 10**18))
    return base


def change(top: Path) -> None:
    """One of each step; what a repair does."""
    base, state = top / "machine", top / "state"
    with locked(str(state), os.geteuid()):
        settle(str(state))
        transaction = Transaction(str(state / ID), HEAD)
        transaction.quarantine(str(base / "site/pkg"))
        transaction.quarantine(str(base / "site/single.py"))
        transaction.put(str(base / "conf"), a_file(b"a\n# b\n", mode=0o640))
        transaction.put(str(base / "python3"), a_file(link="python3.11"))
        transaction.put(str(base / "new/deep/file.py"), a_file(b"back\n", mtime_ns=5 * 10**17))
        transaction.put(str(base / "site/pkg"), a_file(b"a file in its place\n"))
        transaction.save(str(base / "cache"))
        (base / "cache").write_text("made by a program\n")
        transaction.finish()


def undo(top: Path) -> list[str]:
    with locked(str(top / "state"), os.geteuid()):
        return take_back(find_change(str(top / "state"), ID))


def test_back_exactly(tmp_path: Path) -> None:
    before = tree(world(tmp_path))
    change(tmp_path)
    base = tmp_path / "machine"
    assert (base / "conf").read_text() == "a\n# b\n" and (base / "conf").stat().st_mode & 0o777 == 0o640
    assert os.readlink(base / "python3") == "python3.11" and not (base / "site/single.py").exists()
    assert (base / "new/deep/file.py").stat().st_mtime_ns == 5 * 10**17
    assert undo(tmp_path) == []
    assert tree(base) == before
    assert read_change(str(tmp_path / "state" / ID)).state == "undone"
    assert undo(tmp_path) == []


def test_across_disks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tree(world(tmp_path))
    real = os.rename

    def rename(source: str, target: str) -> None:
        if ("state" in str(source)) != ("state" in str(target)):
            raise OSError(18, "Invalid cross-device link")
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    change(tmp_path)
    assert undo(tmp_path) == [] and tree(tmp_path / "machine") == before


def test_what_others_changed_since_is_left_and_said(tmp_path: Path) -> None:
    world(tmp_path)
    change(tmp_path)
    (tmp_path / "machine/conf").write_text("mine\n")
    (tmp_path / "machine/site/single.py").write_text("another\n")
    left = undo(tmp_path)
    assert len(left) == 2 and "conf: was changed since" in left[0] and "something else is there now" in left[1]
    assert (tmp_path / "machine/conf").read_text() == "mine\n"
    assert (tmp_path / "machine/site/pkg/one.py").read_text() == "1\n"
    (tmp_path / "machine/conf").write_text("a\n# b\n")
    (tmp_path / "machine/site/single.py").unlink()
    assert undo(tmp_path) == []


def test_one_at_a_time(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with locked(state, os.geteuid()), pytest.raises(PyguardError, match="another pyguard"), locked(state, os.geteuid()):
        pass


def test_a_directory_that_others_may_change_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state").chmod(0o777)
    with pytest.raises(PyguardError, match="only its owner"), locked(str(tmp_path / "state"), os.geteuid()):
        pass


def test_a_record_that_is_none(tmp_path: Path) -> None:
    place = tmp_path / ID
    place.mkdir()
    (place / "journal").write_text("no json\n")
    with pytest.raises(PyguardError, match="cannot be read"):
        read_change(str(place))
    (place / "journal").write_text('{"schema": 99}\n')
    with pytest.raises(PyguardError, match="another version"):
        read_change(str(place))


def test_a_full_disk_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The step raises, nothing is half there, and it can be taken back without room for another line."""
    before = tree(world(tmp_path))
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    transaction = Transaction(str(state / ID), HEAD)
    transaction.quarantine(str(tmp_path / "machine/site/single.py"))

    def full(*arguments: object) -> int:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(files, "_copy_file", full)
        with pytest.raises(OSError):
            transaction.put(str(tmp_path / "machine/conf"), a_file(b"x"))
        patch.setattr(os, "write", full)
        with pytest.raises(OSError):
            transaction.quarantine(str(tmp_path / "machine/python3"))
    assert settle(str(state)) == [(ID, ())] and tree(tmp_path / "machine") == before


KILLER = """
import os, signal, sys
sys.path.insert(0, {checkout!r})
from pathlib import Path
from tests.enforce.changes import test_transaction as steps
left = int(sys.argv[3])

def counted(name):
    real = getattr(os, name)
    def call(*arguments, **named):
        global left
        left -= 1
        if left == 0 and sys.argv[4] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **named)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(os, name, call)

for name in ("rename", "unlink", "mkdir", "rmdir", "symlink", "link", "utime", "fsync", "write", "chmod", "mkfifo"):
    counted(name)
getattr(steps, sys.argv[2])(Path(sys.argv[1]))
print(left)
"""


def killed(top: Path, what: str, step: int, when: str) -> int:
    """The process's exit code; 0 when it came to its end before that step."""
    code = KILLER.format(checkout=str(Path(__file__).parents[3]))
    done = subprocess.run([sys.executable, "-c", code, str(top), what, str(step), when], capture_output=True,
                          check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr.decode()
    return done.returncode


def fork_killed(top: Path, what: str, step: int) -> bool:
    """As `killed`, in a child of this very process: two hundred interpreters would take too long."""
    child = os.fork()
    if child == 0:
        try:
            count_down(step)
            {"change": change, "undo": undo}[what](top)
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(99)    # whatever happens, no child goes on with the tests of its parent
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"step {step}: what the child raised is above"
    return os.WIFSIGNALED(status)


def count_down(step: int) -> None:
    """From now on this process is killed at the given call that changes something."""
    remaining = [step]

    def counted(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: object, **named: object) -> object:
            remaining[0] -= 1
            if remaining[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(os, name, call)

    for name in ("rename", "unlink", "mkdir", "rmdir", "symlink", "link", "utime", "fsync", "write", "chmod",
                 "mkfifo", "fchmod"):
        counted(name)


def test_killed_at_every_step_of_a_change(tmp_path: Path) -> None:
    """Whenever it dies, the next run takes back what was begun and nothing is lost."""
    step = 0
    while True:
        step += 1
        top = tmp_path / str(step)
        before = tree(world(top))
        if not fork_killed(top, "change", step):
            break
        with locked(str(top / "state"), os.geteuid()):
            settle(str(top / "state"))
            again = settle(str(top / "state"))
        assert again == []
        done = [change.state for change in list_changes(str(top / "state"))]
        if done == ["done"]:
            assert undo(top) == []
        assert tree(top / "machine") == before, f"step {step}"
    assert step > 60


def test_killed_at_every_step_of_taking_it_back(tmp_path: Path) -> None:
    step = 0
    while True:
        step += 1
        top = tmp_path / str(step)
        before = tree(world(top))
        change(top)
        if not fork_killed(top, "undo", step):
            break
        assert undo(top) == []
        assert tree(top / "machine") == before, f"step {step}"
    assert step > 15


def test_killed_for_good_by_a_process_of_its_own(tmp_path: Path) -> None:
    """The same through a whole new interpreter, once: what is on disk is all that is left of the first."""
    before = tree(world(tmp_path))
    assert killed(tmp_path, "change", 25, "after") == -signal.SIGKILL
    with locked(str(tmp_path / "state"), os.geteuid()):
        assert settle(str(tmp_path / "state")) == [(ID, ())]
    assert tree(tmp_path / "machine") == before
