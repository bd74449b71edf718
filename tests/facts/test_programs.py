"""Whose the programs are that a command's name would hide."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.facts.index import open_index
from pyguard.facts.programs import programs_named, with_programs
from pyguard.model.facts import RequesterKind
from tests.facts.debian_host import OS_SITE, DebianHost


@pytest.fixture(name="debian")
def stocked(tmp_path: Path) -> DebianHost:
    debian = DebianHost(tmp_path / "root")
    debian.stock()
    debian.package("vim", "9.0", ("/usr/bin/vim.basic",))
    debian.package("hdparm", "9.65", ("/usr/sbin/hdparm",))
    debian.write("/usr/bin/nobodys", "", 0o755)
    (debian.root / "usr/bin/vi").symlink_to("vim.basic")
    return debian


@pytest.mark.parametrize(("name", "path", "package"), [
    ("certbot", "/usr/bin/certbot", "certbot"), ("hdparm", "/usr/sbin/hdparm", "hdparm"),
    ("../sbin/hdparm", "/usr/sbin/hdparm", "hdparm"), ("vi", "/usr/bin/vi", "vim"),
    ("nobodys", "/usr/bin/nobodys", ""), ("absent", "", "")])
def test_whose_a_program_is(debian: DebianHost, name: str, path: str, package: str) -> None:
    index = open_index(debian.host, [OS_SITE])
    paths = programs_named(debian.host, [name])
    assert paths == ((path,) if path else ())
    found = with_programs(debian.host, index, (), paths)
    assert [(item.name, path in item.commands) for item in found] == ([(package, True)] if package else [])
    every = with_programs(debian.host, index, index.requesters(), paths)
    own = [item for item in every if item.kind is RequesterKind.OS_PACKAGE and path in item.commands]
    assert [item.name for item in own] == ([package] if package else []) and set(every) >= {
        item for item in index.requesters() if item.kind is not RequesterKind.OS_PACKAGE}


def test_a_database_that_cannot_be_read_is_said_elsewhere(debian: DebianHost) -> None:
    index = open_index(debian.host, [OS_SITE])
    debian.append("Package: \n")
    assert with_programs(debian.host, index, (), ("/usr/bin/vi",)) == ()
