"""The small files that evidence is read from, each against the reader that really reads it."""

from __future__ import annotations

import configparser
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.facts.evidence import collect_evidence
from pyguard.facts.landmark import find_library, follow_file, library_name
from pyguard.facts.markers import (
    parse_error_text,
    read_conda_marks,
    read_externally_managed,
    read_pyvenv_cfg,
)
from pyguard.host import Host

DEBIAN_LIKE = """[externally-managed]
Error=To install Python packages system-wide, try apt install
 python3-xyz, where xyz is the package you are trying to
 install.

 If you wish otherwise, see the manual.
"""


def by_configparser(text: str) -> str:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return parser["externally-managed"]["Error"]


@pytest.mark.parametrize("text", [
    DEBIAN_LIKE,
    "[externally-managed]\nError = one line\n",
    "[externally-managed]\nerror: with a colon = and more\n",
    "# comment\n[other]\nError=no\n[externally-managed]\nOther=x\n  y\n"
    "Error=\n  yes\n\n\n  and more\n[last]\na=b\n",
    "[externally-managed]\nError=a\n  # a comment inside\n  b\nError-de=c\n",
])
def test_the_message_is_what_pip_would_print(text):
    assert parse_error_text(text) == by_configparser(text)


@given(st.lists(st.text(alphabet="ab =:%'\"", max_size=12), max_size=6))
def test_continuation_lines_are_read_as_configparser_reads_them(lines):
    text = "[externally-managed]\nError = start\n" + "".join(f"  {line}\n" for line in lines)
    assert parse_error_text(text) == by_configparser(text)


@given(st.text())
def test_any_text_is_a_marker_without_an_error(text):
    assert isinstance(parse_error_text(text), str)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00junk", b"no section", b"[externally-managed]\n"])
def test_a_broken_marker_counts(tmp_path, content):
    (tmp_path / "EXTERNALLY-MANAGED").write_bytes(content)
    assert read_externally_managed(Host(), str(tmp_path)).message == ""


def test_no_marker(tmp_path):
    assert read_externally_managed(Host(), str(tmp_path)) is None


def test_the_systems_marker_has_its_text(system_python, zoo):
    path = zoo.ask(system_python)["stdlib"]
    marker = read_externally_managed(Host(), path)
    if marker is None:
        pytest.skip("this system's Python has no EXTERNALLY-MANAGED file")
    assert marker.message == by_configparser(Path(marker.path).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("text", "expected"), [
    ("home = /usr/bin\n", {"home": "/usr/bin"}),
    ("HOME=/a=b\r\nx\n", {"home": "/a=b"}),
    (" include-system-site-packages =  True \n", {"include-system-site-packages": "True"}),
    ("", {}),
])
def test_pyvenv_cfg(text, expected):
    assert dict(read_pyvenv_cfg(text)) == expected


@given(st.text())
def test_any_text_is_a_pyvenv_cfg(text):
    assert all("=" not in key for key, _ in read_pyvenv_cfg(text))


def test_conda_marks(tmp_path):
    host = Host(str(tmp_path))
    assert read_conda_marks(host, "/env") == ()
    (tmp_path / "env/conda-meta").mkdir(parents=True)
    assert read_conda_marks(host, "/env") == ()
    (tmp_path / "env/conda-meta/frozen").touch()
    assert read_conda_marks(host, "/env") == ()    # alone it is nobody's
    for name in ("history", "python-3.10.14-h_0.json", "python-dateutil-2.9.0-py_0.json",
                 "conda-pack-0.8-py_0.json"):
        (tmp_path / "env/conda-meta" / name).touch()
    assert read_conda_marks(host, "/env") == ("history", "frozen", "record", "python=3.10.14")


def test_files_links_are_followed_and_directories_are_not(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/python3.9").touch()
    (tmp_path / "real/python").symlink_to("python3.9")
    (tmp_path / "way").symlink_to("real")
    assert follow_file(Host(), f"{tmp_path}/way/python") == f"{tmp_path}/way/python3.9"
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError):
        follow_file(Host(), f"{tmp_path}/loop")


@pytest.mark.parametrize(("name", "expected"), [
    ("python3.11", "python3.11"), ("python3.6m", "python3.6"), ("python3.13t", "python3.13t"),
    ("platform-python3.6", "python3.6"), ("pypy3.10", "pypy3.10"), ("python3.11-dbg", "python3.11"),
    ("python2.7", "python2.7"), ("python", "")])
def test_the_name_of_the_library(tmp_path, name, expected):
    (tmp_path / name).write_bytes(b"x")
    assert library_name(Host(), str(tmp_path / name)) == expected


def test_an_unversioned_name_speaks_through_its_twin(tmp_path):
    (tmp_path / "python").write_bytes(b"same")
    (tmp_path / "python3.9").write_bytes(b"same")
    (tmp_path / "python3.8").write_bytes(b"other")
    assert library_name(Host(), str(tmp_path / "python")) == "python3.9"
    (tmp_path / "python3.8").write_bytes(b"twin")
    assert library_name(Host(), str(tmp_path / "python")) == ""


def test_a_library_is_found_upwards_and_needs_its_landmark(tmp_path):
    host = Host(str(tmp_path))
    (tmp_path / "usr/lib/python3.9").mkdir(parents=True)
    (tmp_path / "usr/local/bin").mkdir(parents=True)
    assert find_library(host, "/usr/local/bin", ("python3.9",)) is None
    (tmp_path / "usr/lib/python3.9/os.py").touch()
    found = find_library(host, "/usr/local/bin", ("python3.9",))
    assert (found.prefix, found.minor, found.library_directory) == ("/usr", "3.9", "lib")
    (tmp_path / "lib").symlink_to("usr/lib")
    assert find_library(host, "/bin", ("python3.9",)).prefix == "/usr"    # merged /usr
    (tmp_path / "srv").mkdir()
    (tmp_path / "srv/link").symlink_to("../usr")
    (tmp_path / "srv/other").mkdir()
    (tmp_path / "srv/other/lib").symlink_to("../../usr/lib")
    found = find_library(host, "/srv/link/bin", ("python3.9",))
    assert (found.prefix, found.stdlib) == ("/usr", "/usr/lib/python3.9")
    assert find_library(host, "/srv/other/bin", ("python3.9",)).prefix == "/srv/other"


def test_a_pyvenv_cfg_that_cannot_be_read_is_evidence(tmp_path, zoo, system_python, monkeypatch):
    venv = zoo.venv(system_python)

    class Refusing(Host):
        def read_text(self, path, limit=1 << 20):
            if path.endswith("pyvenv.cfg"):
                raise PermissionError(13, os.strerror(13), path)
            return super().read_text(path, limit)

    evidence = collect_evidence(Refusing(), str(venv / "bin/python"), {}, os.getuid())
    assert evidence.is_venv and evidence.config_error == os.strerror(13)
