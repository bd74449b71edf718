"""What may lie in the repository at all: the tracked files, their top-level entries and what they name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.checkout import CHECKOUT, ENTRIES, tracked_files

# Package indexes and mirrors belong to the user's configuration; written in two halves, not to find itself.
INDEX_HOSTS = re.compile("|".join((r"(?<![\w.])pypi" + r"\.org", "files.python" + "hosted", r"deb\.debian" + r"\.org",
                                   "security.debian" + r"\.org", "npm" + r"js\.org", r"conda\.anaconda" + r"\.org",
                                   r"repo\.anaconda" + r"\.com")))
CERTIFICATE = "-----BEGIN " + "CERTIFICATE-----"
RUNS_ELSEWHERE = [CHECKOUT / "pyguard" / "facts" / "probe.py", *sorted((CHECKOUT / "hooks").rglob("*.py"))]
TRACKED = tracked_files()


def test_there_is_something_to_look_at() -> None:
    assert {"pyproject.toml", "tests/test_house.py"} <= set(TRACKED)


def test_top_level_entries_are_the_known_ones() -> None:
    entries = {name.split("/")[0] for name in TRACKED}
    assert {entry for entry in entries if not entry.startswith(".")} <= ENTRIES


@pytest.mark.parametrize("name", TRACKED)
def test_a_file_names_no_machine_no_index_and_holds_no_certificate(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8", errors="surrogateescape")
    assert str(CHECKOUT) + "/" not in text
    found = INDEX_HOSTS.search(text)
    assert found is None, found
    assert CERTIFICATE not in text


@pytest.mark.parametrize("path", RUNS_ELSEWHERE, ids=lambda path: path.name)
def test_what_runs_in_other_interpreters_keeps_to_python_3_6(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 6))
