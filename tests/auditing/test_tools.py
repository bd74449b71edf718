"""The programs of OS packages are tried once for each sys.path that anybody has, and a failure says whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyguard.auditing.finders import tools
from pyguard.auditing.world import look_around
from pyguard.facts.accounts import read_accounts
from pyguard.host import Completed, Host
from tests.auditing.trees import pristine

PROGRAM, PACKAGE = "/usr/bin/firewall-cmd", frozenset({"firewalld"})


class Running(Host):
    """A tree in which programs seem to run; those of whoever is in `fails` fail."""

    def __init__(self, root: str, fails: str = "") -> None:
        super().__init__(root)
        self.fails = fails
        self.ran: list[tuple[str, ...]] = []

    def run(self, argv: Sequence[str], environment: Mapping[str, str] | None = None, timeout: float = 10.0,
            cwd: str = "/") -> Completed:
        """Written down; HOME tells whose it is."""
        home = (environment or {})["HOME"]
        self.ran.append((home, argv[-2], argv[-1]))
        failed = bool(self.fails) and home == self.fails and argv[-1] == "as it is"
        return Completed(int(failed), b"", b"Traceback\nImportError: broken\n" if failed else b"")


def tried(host: Running, packages: frozenset[str] | None = PACKAGE) -> list[tuple[str, str, str]]:
    world = look_around(host, read_accounts(host), environ={}, uid=0, cwd="/")
    return [(found.tool, found.user, found.error) for found in tools.find(world, packages)]


def test_once_for_everybody_who_imports_the_same(tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    (tmp_path / "root/home/alice/.local/lib/python3.11/site-packages").mkdir(parents=True)    # as a repair leaves it
    host = Running(str(tmp_path / "root"))
    assert tried(host) == [] and host.ran == [("/root", PROGRAM, "as it is")]
    assert tried(host, frozenset()) == [] and len(host.ran) == 1


def test_once_more_for_who_has_something_of_their_own(tmp_path: Path) -> None:
    tree = pristine(tmp_path / "root")
    tree.write("/home/alice/.local/lib/python3.11/site-packages/six.py", "raise ImportError\n")
    host = Running(str(tmp_path / "root"), "/home/alice")
    assert tried(host) == [(PROGRAM, "alice", "ImportError: broken")]
    assert sorted(host.ran) == [("/home/alice", PROGRAM, "as it is"), ("/home/alice", PROGRAM, "clean"),
                                ("/root", PROGRAM, "as it is")]
