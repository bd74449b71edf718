"""Whose home counts as root's: sudo -E and su keep the HOME of whoever called them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.facts.accounts import accounts_within_reach, find_account
from pyguard.host import Host


@pytest.fixture
def host(tmp_path: Path) -> Host:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n")
    for home in ("root", "home/alice", "srv/root"):
        (tmp_path / home).mkdir(parents=True)
    if os.getuid() == 0:
        os.chown(tmp_path / "home/alice", 1000, 1000)
    return Host(str(tmp_path))


@pytest.mark.parametrize("home", ["/home/alice", "/home/alice/", "/nowhere", "", "home"])
def test_root_does_not_live_in_somebody_elses_home(host: Host, home: str) -> None:
    assert [(each.name, each.home) for each in accounts_within_reach(host, 0, home)] == [
        ("root", "/root"), ("alice", "/home/alice")]


def test_nor_where_a_users_link_leads(host: Host, tmp_path: Path) -> None:
    (tmp_path / "home/alice/away").symlink_to("/srv/root")
    assert find_account(host, 0, "/home/alice/away").home == "/root"


@pytest.mark.skipif(os.getuid() != 0, reason="makes a directory of root's")
def test_root_may_have_another_home_of_roots(host: Host) -> None:
    assert find_account(host, 0, "/srv/root").home == "/srv/root"


def test_root_without_an_entry(tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    if os.getuid() == 0:
        os.chown(tmp_path / "alice", 1000, 1000)
    assert find_account(Host(str(tmp_path)), 0, "/alice") == ("0", 0, 0, "/root")


def test_a_user_lives_where_home_says(host: Host) -> None:
    assert find_account(host, 1000, "/elsewhere").home == "/elsewhere"
    assert find_account(host, 1000, "").home == "/home/alice"
    assert find_account(host, 7, "/seven") == ("7", 7, 7, "/seven")
