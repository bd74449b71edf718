"""What a program did is taken back and nothing else: what others did since stays, and is said if it is in the way."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyguard.enforce.changes import traces
from pyguard.enforce.changes.journal import read_change
from pyguard.enforce.changes.transaction import Transaction
from pyguard.enforce.changes.undo import settle, take_back
from tests.enforce.changes.test_transaction import HEAD, ID, tree

Program = Callable[[Path], None]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two distributions, of an old time."""
    (tmp_path / "state").mkdir(mode=0o700)
    for name in ("old", "other"):
        give(tmp_path / "site" / name / "__init__.py", name)
        os.utime(tmp_path / "site" / name, ns=(10**18, 10**18))
    return tmp_path / "site"


def give(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def program(site: Path) -> None:
    """Upgrades one distribution, brings another, with a command and a library."""
    (site / "old/__init__.py").unlink()
    give(site / "old/__init__.py", "new!")
    give(site / "came/__init__.py")
    give(site / "came/__pycache__/__init__.cpython-311.pyc")
    give(site.parent / "bin/came")


def run(site: Path, what: Program = program, ended: bool = True) -> str:
    """The change's directory; `site` is kept, `bin` is not there before."""
    directory = str(site.parent / "state" / ID)
    transaction = Transaction(directory, HEAD)
    transaction.snapshot(str(site))
    transaction.snapshot(str(site.parent / "bin"))
    transaction.beat()
    what(site)
    if ended:
        transaction.ran()
        transaction.finish()
    return directory


def machine(site: Path) -> dict[str, object]:
    return {path: entry for path, entry in tree(site.parent).items() if path.startswith(("/site", "/bin"))}


@pytest.mark.parametrize("ended", [True, False])
def test_back_exactly(ended: bool, site: Path) -> None:
    """Killed, too: nothing of it is later than pyguard's last sign."""
    before = machine(site)
    change = run(site, ended=ended)
    assert take_back(read_change(change)) == [] and machine(site) == before
    assert read_change(change).state == "undone"


@pytest.mark.parametrize("ended", [True, False])
def test_back_exactly_where_a_link_leads(ended: bool, site: Path) -> None:
    """A site directory that was moved to another disk, with a link in its place."""
    os.rename(site, site.parent / "moved")
    site.symlink_to("moved")
    before = tree(site.parent / "moved")
    change = run(site, ended=ended)
    assert tree(site.parent / "moved") != before
    assert take_back(read_change(change)) == [] and tree(site.parent / "moved") == before
    assert site.is_symlink() and not (site.parent / "bin").exists()


def test_what_came_since_stays(site: Path) -> None:
    change = run(site)
    later = [give(path) for path in (site / "later/__init__.py", site.parent / "bin/backup.sh", site / "other/more.py",
                                     site / "came/data")]
    assert take_back(read_change(change)) == []
    assert all(path.exists() for path in later) and not (site.parent / "bin/came").exists()
    assert [path.name for path in (site / "came").iterdir()] == ["data"]
    assert (site / "old/__init__.py").read_text() == "old"


def test_what_was_changed_since_is_left(site: Path) -> None:
    change = run(site)
    give(site / "old/__init__.py", "mine")
    give(site.parent / "bin/came", "mine")
    left = take_back(read_change(change))
    assert [line.split(":")[0] for line in left] == [str(site.parent / "bin/came"), str(site / "old/__init__.py")]
    assert (site / "old/__init__.py").read_text() == "mine" and not (site / "came").exists()
    assert read_change(change).state == "left"


def test_what_others_took_away_comes_back_where_the_program_had_changed_it(site: Path) -> None:
    change = run(site)
    for name in ("old", "other"):
        (site / name / "__init__.py").unlink()
        (site / name).rmdir()
    assert take_back(read_change(change)) == []
    assert (site / "old/__init__.py").read_text() == "old" and not (site / "other").exists()


def test_what_an_interpreter_compiled_since_goes_with_its_source(site: Path) -> None:
    before = machine(site)
    change = run(site)
    for path in ("came/__pycache__/__init__.cpython-311.pyc", "came/__pycache__/__init__.cpython-312.opt-1.pyc",
                 "old/__pycache__/__init__.cpython-311.pyc"):
        give(site / path, "compiled anew")
    assert take_back(read_change(change)) == [] and machine(site) == before


def test_content_tells_where_archives_give_every_file_one_time(site: Path) -> None:
    os.utime(site / "old/__init__.py", ns=(10**18, 10**18))

    def same_size(site: Path) -> None:
        (site / "old/__init__.py").unlink()
        os.utime(give(site / "old/__init__.py", "two"), ns=(10**18, 10**18))

    change = run(site, same_size)
    assert take_back(read_change(change)) == [] and (site / "old/__init__.py").read_text() == "old"


def test_a_link_in_the_place_of_a_directory_leads_nowhere(site: Path) -> None:
    """The same file there, by a hard link: it is not the one that is taken back."""
    change = run(site)
    elsewhere = site.parent / "elsewhere"
    (site / "came").rename(elsewhere)
    (site / "came").symlink_to(elsewhere)
    assert any("leads elsewhere" in line for line in take_back(read_change(change)))
    assert (elsewhere / "__init__.py").exists()


def test_a_program_that_had_not_begun_did_nothing(site: Path) -> None:
    transaction = Transaction(str(site.parent / "state" / ID), HEAD)
    transaction.snapshot(str(site))
    give(site / "old/__init__.py", "mine")
    give(site / "later.py")
    assert settle(str(site.parent / "state")) == [(ID, ())]
    assert (site / "old/__init__.py").read_text() == "mine" and (site / "later.py").exists()


def test_killed_and_what_came_after_it_is_left_and_said(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What others did later is not told from it, so nothing that is later is touched, now or when asked again."""
    change = run(site, ended=False)
    monkeypatch.setattr(traces, "SLACK", 0)
    Transaction.beat(_reopened(change))
    time.sleep(0.1)
    give(site / "later.py")
    give(site.parent / "bin/backup.sh")
    give(site / "other/__init__.py", "mine")
    (settled,) = settle(str(site.parent / "state"))
    assert sorted(line.split(":")[0] for line in settled.left) == [
        str(site.parent / "bin/backup.sh"), str(site / "later.py"), str(site / "other/__init__.py")]
    assert (site / "later.py").exists() and (site.parent / "bin/backup.sh").exists()
    assert (site / "other/__init__.py").read_text() == "mine" and (site / "old/__init__.py").read_text() == "old"
    assert not (site / "came").exists() and not (site.parent / "bin/came").exists()
    assert len(take_back(read_change(change))) == 3 and (site / "later.py").exists()


def _reopened(directory: str) -> Transaction:
    """The same change in a program that goes on with it."""
    transaction = Transaction.__new__(Transaction)
    Transaction.__init__(transaction, directory + "-x", HEAD)
    transaction.journal.directory = directory
    return transaction


def test_a_directory_with_pyguards_own_records_is_not_kept(site: Path) -> None:
    transaction = Transaction(str(site.parent / "state" / ID), HEAD)
    with pytest.raises(OSError, match="pyguard's own records"):
        transaction.snapshot(str(site.parent))
