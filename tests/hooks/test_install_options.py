"""install.sh's command line and what it says of Pythons, tried on this machine; nothing is installed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.checkout import CHECKOUT

SCRIPTS = sorted([*(CHECKOUT / "hooks").rglob("*.sh"), *(CHECKOUT / "tests").glob("*.sh")])


def run_installer(home: Path, *options: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", str(CHECKOUT / "hooks/install.sh"), *options], capture_output=True, text=True,
                          env={"PATH": path, "HOME": str(home)}, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("options", [("--sytem",), ("--prefix",), ("--prefix", ""), ("--python",), ("here",)])
def test_a_wrong_command_line_is_refused_with_the_usage(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run_installer(tmp_path, *options)
    assert done.returncode == 2
    assert done.stderr.startswith("pyguard: ") and "usage: sh hooks/install.sh" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python3.6"
    old.write_text('#!/bin/sh\nif [ "$1" = --version ]; then echo Python 3.6.8; else exit 1; fi\n', encoding="utf-8")
    old.chmod(0o755)
    done = run_installer(tmp_path, "--prefix", str(tmp_path / "p"), "--python", str(old))
    assert done.returncode == 1
    assert f"needs Python 3.9 or later with venv, found {old}" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["python3.6"]


def test_a_wheel_is_no_place_to_install_from(tmp_path: Path) -> None:
    (tmp_path / "_hooks").mkdir()
    for name in ("install.sh", "bootstrap.sh", "uninstall.sh"):
        (tmp_path / "_hooks" / name).write_bytes((CHECKOUT / "hooks" / name).read_bytes())
    done = subprocess.run(["sh", str(tmp_path / "_hooks/install.sh"), "--prefix", str(tmp_path / "p")],
                          capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "run install.sh from a checkout" in done.stderr


def test_there_is_nothing_to_remove_where_nothing_is(tmp_path: Path) -> None:
    done = run_installer(tmp_path, "--prefix", str(tmp_path / "p"), "--uninstall")
    assert done.returncode == 0
    assert "nothing to remove" in done.stdout


@pytest.mark.parametrize("program", ["chmod", "mkdir"])
def test_it_never_ends_without_a_word(tmp_path: Path, program: str) -> None:
    """Whatever `set -e` ends."""
    broken = tmp_path / "broken" / program
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\nexit 3\n", encoding="utf-8")
    broken.chmod(0o755)
    done = run_installer(tmp_path, "--prefix", str(tmp_path / "p"), "--no-demo", path=f"{broken.parent}:/usr/bin:/bin")
    assert done.returncode != 0
    assert done.stderr.startswith("pyguard: ") or "\npyguard: " in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["broken"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_posix_sh(script: Path) -> None:
    done = subprocess.run(["sh", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
