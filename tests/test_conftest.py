"""How skips are judged, in a pytest run of its own: a skip must never make a red run green."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent
CASES = """
import pytest
def test_runs(): pass
def test_cannot(): pytest.skip("no such interpreter here")
@pytest.mark.full
def test_rare(): pass
"""


def run_pytest(tmp_path: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (tmp_path / "test_cases.py").write_text(CASES, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "PYGUARD_REQUIRE"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-c", str(CHECKOUT / "pyproject.toml"),
         "--rootdir", str(CHECKOUT), "-p", "no:cacheprovider", *options, str(tmp_path)],
        env={**kept, **environment}, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_skip_is_a_skip_at_home(tmp_path: Path) -> None:
    done = run_pytest(tmp_path)
    assert "1 passed, 2 skipped" in done.stdout
    assert done.returncode == 0


def test_a_skip_is_a_failure_where_it_must_run(tmp_path: Path) -> None:
    done = run_pytest(tmp_path, PYGUARD_REQUIRE="1")
    assert "must run, but was skipped: no such interpreter here" in done.stdout
    assert "1 failed, 1 passed, 1 skipped" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize(("options", "line"), [((), "0 proof, 0 core, 0 full"),
                                               (("--all",), "0 proof, 0 core, 1 full (--all)")])
def test_the_kinds_that_ran_are_counted(tmp_path: Path, options: tuple[str, ...], line: str) -> None:
    assert f"of these ran: {line}" in run_pytest(tmp_path, *options).stdout
