"""Files beyond the site directory: what RECORD names now and did not before goes, and nothing else does."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard.enforce.changes import data_files, traces
from pyguard.enforce.changes.transaction import Transaction
from pyguard.enforce.changes.undo import read_change, settle, take_back
from tests.enforce.changes.test_transaction import count_down, tree

ID = "20260101-000000-0001"
HEAD = {"kind": "override", "title": "a test", "time": "2026-01-01T00:00:00Z", "uid": 0}


def give(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def record(site: Path, name: str, *paths: str) -> None:
    give(site / f"{name}-1.dist-info" / "RECORD", "".join(f"{path},,\n" for path in paths))


def world(top: Path) -> Path:
    """A prefix with a distribution that has a data file, and a stranger's directory."""
    prefix = top / "usr"
    record(prefix / "lib/site", "old", "old.py", "../../share/old.txt")
    give(prefix / "share/old.txt", "old")
    give(prefix / "share/stranger.txt", "a stranger's")
    (top / "changes").mkdir()
    return prefix


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """Such a prefix."""
    return world(tmp_path)


def begin(prefix: Path) -> Path:
    """As an override does before the install."""
    transaction = Transaction(str(prefix.parent / "changes" / ID), HEAD)
    site = str(prefix / "lib/site")
    transaction.keep_data(str(prefix), {site: transaction.snapshot(site)})
    return prefix.parent / "changes" / ID


def install(prefix: Path) -> None:
    """Takes one file away, writes over another, brings a third."""
    (prefix / "share/old.txt").unlink()
    (prefix / "share/stranger.txt").unlink()
    give(prefix / "share/stranger.txt", "written over")
    give(prefix / "etc/new/new.conf")
    record(prefix / "lib/site", "new", "../../share/stranger.txt", "../../etc/new/new.conf")


def note(change: Path) -> None:
    """As an override does after the install."""
    traces.write(str(change), traces.Traces(traces.look(read_change(str(change)))))


def test_what_came_goes_and_what_was_there_comes_back(prefix: Path) -> None:
    change = begin(prefix)
    install(prefix)
    note(change)
    give(prefix / "share/later.txt")
    record(prefix / "lib/site", "later", "../../share/later.txt")
    assert take_back(read_change(str(change))) == []
    found = sorted(path.relative_to(prefix).as_posix() for path in prefix.rglob("*") if path.is_file())
    assert found == ["lib/site/later-1.dist-info/RECORD", "lib/site/old-1.dist-info/RECORD", "share/later.txt",
                     "share/old.txt", "share/stranger.txt"]
    assert (prefix / "share/stranger.txt").read_text() == "a stranger's"
    assert not (prefix / "etc").exists()


def test_a_record_that_lies_takes_nothing_away(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = give(prefix.parent / "outside" / "precious")
    (prefix / "way").symlink_to(prefix.parent / "outside")
    monkeypatch.setattr(data_files, "MOST_ENTRIES", 0)    # too much: only what is on record is kept
    change = begin(prefix)
    os.utime(outside)    # touched since
    record(prefix / "lib/site", "new", "../../../outside/precious", "../../way/precious", "/etc/passwd")
    note(change)
    assert take_back(read_change(str(change))) == []
    assert outside.exists()


def test_what_is_older_than_the_install_stays(prefix: Path) -> None:
    """However RECORD names it: nothing that was there can have been made by the install."""
    older = give(prefix / "src" / "older")
    site = str(prefix / "lib/site")
    record(prefix / "lib/site", "new", "../../src/older")
    now = data_files.recorded(site, site, str(prefix), [site])
    (prefix.parent / "kept").mkdir()
    since = older.stat().st_ctime_ns
    kept = str(prefix.parent / "kept")
    assert data_files.changed(str(prefix), kept, frozenset(), now, since + 1) == []
    assert data_files.changed(str(prefix), kept, frozenset(), now, since) == [str(older)]


def test_it_can_be_taken_back_again_at_any_point(prefix: Path) -> None:
    change = begin(prefix)
    record(prefix / "lib/site", "new", "../../etc/new.conf")
    give(prefix / "etc/new.conf")
    note(change)
    known = traces.read(read_change(str(change)))
    operation = read_change(str(change)).operations[-1]
    from pyguard.enforce.changes import undo

    for _ in range(2):
        assert undo._undo_data(read_change(str(change)), operation, known) == []
        assert not (prefix / "etc").exists() and (prefix / "share/old.txt").exists()


def test_a_state_directory_below_the_prefix_is_not_kept_in_itself(tmp_path: Path) -> None:
    prefix = tmp_path / ".local"
    give(prefix / "share/x")
    (prefix / "lib/site").mkdir(parents=True)
    (prefix / "state/changes").mkdir(parents=True)
    transaction = Transaction(str(prefix / "state/changes" / ID), HEAD)
    transaction.keep_data(str(prefix), {str(prefix / "lib/site"): ""})
    kept = prefix / "state/changes" / ID / "kept"
    assert [path.name for path in kept.rglob("*") if path.is_file()] == ["x"]


def killed(what: Callable[[], object], step: int) -> bool:
    """In a child that dies before the given call that changes something; False when there was none."""
    child = os.fork()
    if child == 0:
        try:
            count_down(step)
            what()
        except BaseException:
            os._exit(99)
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_killed_at_every_step_before_the_install(tmp_path: Path) -> None:
    for step in itertools.count(1):
        prefix = world(tmp_path / str(step))
        before = tree(prefix)
        was_killed = killed(lambda prefix=prefix: begin(prefix), step)    # type: ignore[misc]
        settle(str(prefix.parent / "changes"))
        assert tree(prefix) == before, step
        if not was_killed:
            break
    assert step > 15


def test_killed_at_every_step_of_taking_it_back(tmp_path: Path) -> None:
    for step in itertools.count(1):
        prefix = world(tmp_path / str(step))
        before = tree(prefix)
        change = str(begin(prefix))
        install(prefix)
        note(Path(change))
        was_killed = killed(lambda change=change: take_back(read_change(change)), step)    # type: ignore[misc]
        assert take_back(read_change(change)) == []
        assert tree(prefix) == before, step
        if not was_killed:
            break
    assert step > 15
