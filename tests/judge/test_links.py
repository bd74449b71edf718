"""Other names for the directories that the system's Python imports from; for real in tests/proof/test_links."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.host import Host
from pyguard.judge.links import follow_links
from pyguard.model.facts import OwnerKind, SiteDirectory
from pyguard.model.plan import Target

LOCAL = "/usr/local/lib/python3.11/dist-packages"
SYSTEM = "/usr/lib/python3/dist-packages"
HOME = "/home/alice/.local/lib/python3.11/site-packages"
SITES = (SiteDirectory(HOME, OwnerKind.USER, "user_site", 0), SiteDirectory(LOCAL, OwnerKind.LOCAL, "posix_local", 1),
         SiteDirectory(SYSTEM, OwnerKind.OS, "deb_system", 2))


@pytest.fixture
def host(tmp_path: Path) -> Host:
    for name in ("usr/lib/python3", "usr/bin", "srv", "var/home/alice", "usr/local"):
        (tmp_path / name).mkdir(parents=True)
    for name, text in (("srv/local", LOCAL), ("srv/system", SYSTEM), ("srv/usr", "/usr"), ("srv/whole", "/"),
                       ("srv/loop", "loop"), ("home", "var/home"), ("srv/far", "/opt/there"), ("lib", "usr/lib")):
        (tmp_path / name).symlink_to(text)
    return Host(str(tmp_path))


@pytest.mark.parametrize(("path", "expected", "rank"), [
    ("/srv/local", LOCAL, 1),    # which is yet to be made
    ("/srv/system", SYSTEM, 2), ("//usr/lib/python3/dist-packages", SYSTEM, 2),
    ("/srv/usr/local/lib/python3.11/dist-packages", LOCAL, 1),
    (f"/srv/whole{SYSTEM}", SYSTEM, 2), ("/lib/python3/dist-packages", SYSTEM, 2),
    ("/srv/usr/lib/other", "/usr/lib/other", None),
    ("/var/home/alice/.local/lib/python3.11/site-packages", HOME, 0),
    ("/srv/far", "/srv/far", None), ("/srv/loop/x", "/srv/loop/x", None), ("/home/alice/t", "/home/alice/t", None),
])
def test_a_name_becomes_the_interpreters_own(host: Host, path: str, expected: str, rank: int | None) -> None:
    found = follow_links(host, Target(path, path, f"{path}/bin", "target", False), SITES)
    assert (found.purelib, found.platlib, found.rank) == (expected, expected, rank)
    assert found.on_path is (rank is not None)
    assert found.scheme == "target"


def test_commands_too(host: Host) -> None:
    found = follow_links(host, Target("/opt/x", "/opt/x", "/srv/usr/bin", "prefix", False), SITES)
    assert (found.scripts, found.is_the_systems) == ("/usr/bin", True)


def test_a_name_that_is_known_stays_as_it_is(host: Host) -> None:
    target = Target(HOME, HOME, "/srv/usr/bin", "user_site")
    assert follow_links(host, target, SITES) is target
