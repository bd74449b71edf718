"""A caller who has closed a standard stream gets the same answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import CHECKOUT

CLOSED = {"<&-": ["0"], ">&-": ["1"], "2>&-": ["2"], ">&- 2>&-": ["1", "2"], "<&- >&- 2>&-": ["0", "1", "2"]}
USAGE = 2
COUNT = "#!/bin/sh\nfor number in 0 1 2; do [ -e /proc/$$/fd/$number ] || echo $number >>{0}/told; done\n"


def run(home: Path, closed: str, *words: str, pipe: tuple[int, ...] = ()) -> int:
    """The exit code of a command of pyguard's in a locale without umlauts."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C", "PIP_CONFIG_FILE": "/dev/null"}
    return subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "pyguard", *words],
                          env=environ, cwd=CHECKOUT, pass_fds=pipe, check=False).returncode


def answer(home: Path, closed: str, kind: str, *words: str) -> tuple[int, str]:
    """What the startup hook is told."""
    reader, writer = os.pipe()
    try:
        code = run(home, closed, "handover", "--kind", kind, "--interpreter", "/usr/bin/python3", "--program", "pip",
                   "--answer", str(writer), "--", *words, pipe=(writer,))
    finally:
        os.close(writer)
    with os.fdopen(reader) as answers:
        return code, answers.read()


@pytest.mark.parametrize("closed", CLOSED)
def test_the_startup_hook_is_answered(tmp_path: Path, closed: str) -> None:
    assert answer(tmp_path, closed, "pip", "list") == (0, "pyguard go\n")
    assert answer(tmp_path, closed, "für", "install", "six") == (USAGE, f"pyguard stop {USAGE}\n")    # and it says why


@pytest.mark.parametrize(("closed", "missing"), CLOSED.items())
def test_the_real_tool_finds_them_closed(tmp_path: Path, closed: str, missing: list[str]) -> None:
    tool = tmp_path / "pip"
    tool.write_text(COUNT.format(tmp_path))
    tool.chmod(0o755)
    (tmp_path / "told").touch()
    assert run(tmp_path, closed, "pip", "--real", str(tool), "--", "list") == 0
    assert (tmp_path / "told").read_text().split() == missing


def test_standard_input_is_read_as_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "<&-", "check", "--stdin-filename", "x.sh") == 0
