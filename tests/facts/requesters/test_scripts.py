"""Shebang lines as the kernel and env(1) read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.facts.requesters.scripts import parse_shebang, read_shebang
from tests.facts.debian_host import DebianHost


@pytest.mark.parametrize("line, interpreter, flags", [
    ("#!/usr/bin/python3", "/usr/bin/python3", ()),
    ("#! /usr/bin/python3 -Es", "/usr/bin/python3", ("-E", "-s")),
    ("#!/usr/bin/python3 -sP", "/usr/bin/python3", ("-s", "-P")),
    ("#!/usr/bin/python3 -I\r", "/usr/bin/python3", ("-I",)),
    ("#!/usr/bin/python3 -sWignore", "/usr/bin/python3", ("-s",)),
    ("#!/usr/bin/python3 -ss", "/usr/bin/python3", ("-s",)),
    ("#!/usr/bin/env python3", "python3", ()),
    ("#!/usr/bin/env -S python3 -s -I", "python3", ("-s", "-I")),
    ("#!/usr/bin/env -Spython3 -P", "python3", ("-P",)),
    ("#!/usr/bin/env -vS python3 -P", "python3", ("-P",)),
    ("#!/usr/bin/env --split-string=python3 -E", "python3", ("-E",)),
    ("#!/usr/bin/env -i -u HOME A=b python3.11 -S", "python3.11", ("-S",)),
    ("#!/usr/libexec/platform-python -s", "/usr/libexec/platform-python", ("-s",)),
])
def test_python(line, interpreter, flags):
    shebang = parse_shebang(line)
    assert shebang == (interpreter, flags)
    assert shebang.is_python and not shebang.is_shell


@pytest.mark.parametrize("line", [
    "", "#!", "#! ", "# /usr/bin/python3", "\x7fELF", "#!/usr/bin/env", "#!/bin/env -i"])
def test_no_shebang(line):
    assert parse_shebang(line) is None


def test_others():
    assert parse_shebang("#!/bin/sh -e").is_shell
    assert not parse_shebang("#!/usr/bin/perl").is_python
    assert not parse_shebang("#!/opt/python3/bin/tool").is_python


@given(st.text())
def test_any_line_is_read(line):
    shebang = parse_shebang("#!" + line)
    assert shebang is None or shebang.interpreter


def test_files_that_cannot_be_read(tmp_path):
    debian = DebianHost(tmp_path)
    (tmp_path / "usr/bin/dangling").symlink_to("/etc/alternatives/none")
    (tmp_path / "usr/bin/directory").mkdir()
    debian.write("/usr/bin/binary", "\x7fELF")
    debian.write("/usr/bin/long", "#!/usr/bin/python3 " + "x" * 4000)
    for name in ("dangling", "directory", "binary", "absent"):
        assert read_shebang(debian.host, f"/usr/bin/{name}") is None
    assert read_shebang(debian.host, "/usr/bin/long").is_python
