"""What may lie in the repository at all: the tracked files, their top-level entries and what they name."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
ALLOWED = {".ci", ".github", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "docs", "hooks",
           "pyguard", "pyproject.toml", "scenarios", "tests"}
# Package indexes and mirrors belong to the user's configuration; written in two halves, not to find itself.
INDEX_HOSTS = re.compile("|".join((r"(?<![\w.])pypi" + r"\.org", "files.python" + "hosted", r"deb\.debian" + r"\.org",
                                   "security.debian" + r"\.org", "npm" + r"js\.org", r"conda\.anaconda" + r"\.org",
                                   r"repo\.anaconda" + r"\.com")))
CERTIFICATE = "-----BEGIN " + "CERTIFICATE-----"
RUNS_ELSEWHERE = [CHECKOUT / "pyguard" / "facts" / "probe.py", *sorted((CHECKOUT / "hooks").rglob("*.py"))]


def tracked_files() -> list[str]:
    """What git would commit, or every file of an unpacked copy without git's records."""
    if (CHECKOUT / ".git").exists() and shutil.which("git"):
        # Where somebody else owns the checkout, git has to be told that it is meant.
        argv = ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
        return [name for name in listed.splitlines() if (CHECKOUT / name).is_file()]
    return [str(path.relative_to(CHECKOUT)) for entry in sorted(ALLOWED)
            for path in [CHECKOUT / entry, *(CHECKOUT / entry).rglob("*")]
            if path.is_file() and "__pycache__" not in path.parts]


TRACKED = tracked_files()


def test_there_is_something_to_look_at() -> None:
    assert {"pyproject.toml", "tests/test_house.py"} <= set(TRACKED)


def test_top_level_entries_are_the_known_ones() -> None:
    assert {name.split("/")[0] for name in TRACKED} <= ALLOWED


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
