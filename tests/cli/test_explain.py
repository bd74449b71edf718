"""`pyguard explain`: a command that installs nothing, whatever it is, is allowed and no fault of pyguard's."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from pyguard.cli.explain import run
from pyguard.errors import PyguardError

TOOLS = ("pip", "uv", "uv pip", "conda", "conda env", "conda run", "mamba", "poetry", "poetry self", "pdm", "pipenv",
         "pipx", "pip-sync", "easy_install", "python3 setup.py", "python3 -m ensurepip", "get-pip.py",
         "python3 -m pipx", "python3 -m uv")
REST = ("", "list", "x", "--version", "--help", "--", "-", "-q", "--bogus", "--global", "--system", "list --system",
        "run --system", "install --help", "pip", "pip x", "config", "self", "env", "inject", "inject --global")


def explain(tmp_path: Path, line: str) -> str:
    out = io.StringIO()
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    assert run(line.split(), environ=environ, cwd=str(tmp_path), uid=1000, stdout=out, stderr=io.StringIO()) == 0
    return out.getvalue()


@pytest.mark.parametrize("tool", TOOLS)
def test_no_command_line_is_a_fault_of_pyguards_own(tool: str, tmp_path: Path) -> None:
    for rest in REST:
        try:
            explain(tmp_path, f"{tool} {rest}")
        except PyguardError:
            continue    # a sentence: what the tool itself refuses, what cannot be read


@pytest.mark.parametrize("line", [
    "pip list", "pip install --dry-run six", "uv pip list --system", "uv pip install --system --dry-run six", "pipx",
    "pipx install six", "pipx list --global", "pipenv install six", "python3 -m ensurepip --version",
])
def test_what_changes_nothing_is_allowed(line: str, tmp_path: Path) -> None:
    text = explain(tmp_path, line)
    assert "verdict: allow" in text and "nothing changes" in text
