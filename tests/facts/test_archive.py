"""What apt could install, read from its index files in every form they come in."""

from __future__ import annotations

import gzip
import lzma
import os
import shutil
import subprocess

import pytest

from pyguard.facts.archive import LISTS, read_archive
from pyguard.host import Host
from tests.facts.debian_host import DebianHost

TEXT = """Package: python3-yaml
Version: 6.0-3
Description: x
 Package: python3-fake

Package: python3-yaml-doc
Source: yaml
Version: 1

Package: pipx
Version: 1.1.0-1

Package: pipxx
Version: 9

Package: zsh
Version: 5.9-4

Package: python3.11-venv
Version: 3.11.2-6
"""
NAMES = {"python3-yaml": "6.0-3", "python3-yaml-doc": "1", "pipx": "1.1.0-1", "python3.11-venv": "3.11.2-6"}


@pytest.fixture
def debian(tmp_path):
    return DebianHost(tmp_path / "root")


def put(debian, name, data):
    debian.write(f"{LISTS}/{name}")
    (debian.root / f"var/lib/apt/lists/{name}").write_bytes(data)


@pytest.mark.parametrize("suffix, pack", [("", bytes), (".gz", gzip.compress), (".xz", lzma.compress)])
def test_every_form(debian, suffix, pack):
    put(debian, f"deb.example_dists_bookworm_main_binary-amd64_Packages{suffix}", pack(TEXT.encode()))
    assert read_archive(debian.host) == (tuple(sorted(NAMES.items())), ())


def test_the_newest_version_counts(debian):
    put(debian, "a_Packages", TEXT.encode())
    put(debian, "b_Packages", b"Package: python3-yaml\nVersion: 6.0-10\n")
    put(debian, "c_Packages", b"Package: python3-yaml\nVersion: 6.0-4\n")
    assert dict(read_archive(debian.host)[0])["python3-yaml"] == "6.0-10"


@pytest.mark.parametrize("name, data", [
    ("a_Packages.gz", b"junk"), ("a_Packages.gz", gzip.compress(b"x" * 999, mtime=0)[:-9]),
    ("a_Packages.xz", b"junk"), ("a_Packages.lz4", b"\x04\x22\x4d\x18")])
def test_what_cannot_be_read_is_a_gap(debian, tmp_path, name, data):
    put(debian, name, data)
    put(debian, "b_Packages", TEXT.encode())
    cache = [str(tmp_path / "cache")]
    found, gaps = read_archive(debian.host, cache=cache, uid=os.getuid())
    assert dict(found) == NAMES
    assert [gap.subject for gap in gaps] == [f"{LISTS}/{name}"]
    assert not (tmp_path / "cache").exists()


def test_no_lists_are_nothing_wrong(debian):
    assert read_archive(debian.host) == ((), ())
    put(debian, "deb.example_InRelease", b"")
    assert read_archive(debian.host) == ((), ())


def test_kept_until_a_list_changes(debian, tmp_path):
    put(debian, "a_Packages", TEXT.encode())
    options = {"cache": [str(tmp_path / "cache")], "uid": os.getuid()}
    assert read_archive(debian.host, build=False, **options) == ((), ())
    assert read_archive(debian.host, **options)[0]
    assert dict(read_archive(debian.host, build=False, **options)[0]) == NAMES
    put(debian, "b_Packages", b"Package: python3-new\nVersion: 1\n")
    assert read_archive(debian.host, build=False, **options) == ((), ())
    assert "python3-new" in dict(read_archive(debian.host, **options)[0])


@pytest.mark.skipif(not shutil.which("apt-cache"), reason="no apt here to compare with")
def test_as_apt_itself_says():
    found, gaps = read_archive(Host())
    if not found:
        pytest.skip("apt has no package lists here")
    assert gaps == ()
    names = [name for name, _ in found][::97]
    done = subprocess.run(["apt-cache", "show", *names], capture_output=True, text=True, check=True)
    paragraphs = [dict(line.split(": ", 1) for line in text.splitlines() if ": " in line and line[0] != " ")
                  for text in done.stdout.split("\n\n") if text]
    said = {(item["Package"], item["Version"]) for item in paragraphs}
    assert {item for item in found if item[0] in names} <= said
