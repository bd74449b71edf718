"""What build.sh makes: the distributions' own linters have no error, nothing compiled or missing is inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyguard import __version__
from pyguard.cli.main import COMMANDS
from tests.checkout import CHECKOUT, tracked_files
from tests.packaging.packages import package, packages, run_build

PYTHONS = [path for path in (f"/usr/bin/python3.{minor}" for minor in range(9, 20)) if os.path.exists(path)]


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False)


def unpacked(tmp_path: Path) -> Path:
    done = run("dpkg-deb", "-R", str(package("deb")), str(tmp_path / "deb"))
    assert done.returncode == 0, done.stderr
    return tmp_path / "deb"


def test_all_four_are_there() -> None:
    assert sorted(path.name for path in packages().iterdir()) == [
        f"pyguard-{__version__}-1.noarch.rpm", f"pyguard_{__version__}-1_all.deb",
        f"pyguard_system-{__version__}-py3-none-any.whl", f"pyguard_system-{__version__}.tar.gz"]


def test_lintian_finds_no_error() -> None:
    if not shutil.which("lintian"):
        pytest.skip("needs the program lintian")
    done = run("lintian", "--fail-on", "error", "--allow-root", "--tag-display-limit", "0", str(package("deb")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "E: " not in done.stdout


def test_rpmlint_finds_no_error() -> None:
    if not shutil.which("rpmlint"):
        pytest.skip("needs the program rpmlint")
    settings = CHECKOUT / "hooks/packaging/rpm/rpmlintrc"
    done = run("rpmlint", "-r", str(settings), str(package("rpm")))
    assert "1 packages and 0 specfiles checked; 0 errors" in done.stdout, done.stdout + done.stderr


def test_shellcheck_has_nothing_to_say() -> None:
    program = shutil.which("shellcheck", path=os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"])))
    if program is None:
        pytest.skip("needs shellcheck")
    place = CHECKOUT / "hooks/packaging"
    scripts = [place / name for name in ("build.sh", "maintain", "python", "../launcher.sh", "../install.sh")]
    scripts += sorted((place / "deb").glob("p*inst")) + sorted((place / "deb").glob("p*rm"))
    assert len(scripts) == 9
    done = run(program, "--external-sources", *map(str, scripts))
    assert done.returncode == 0, done.stdout


def test_twine_takes_wheel_and_sdist() -> None:
    done = run(sys.executable, "-I", "-m", "twine", "check", "--strict", str(package("whl")), str(package("tar.gz")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_sdist_holds_the_checkout_and_the_wheel_the_hooks() -> None:
    top = f"pyguard_system-{__version__}"
    with tarfile.open(package("tar.gz")) as archive:
        packed = {name[len(top) + 1:] for name in archive.getnames()}
    assert {name for name in tracked_files() if name.startswith(("pyguard/", "hooks/"))} <= packed
    with zipfile.ZipFile(package("whl")) as wheel:
        assert {"pyguard/_hooks/shim/pip", "pyguard/_hooks/launcher.sh"} <= set(wheel.namelist())


def test_nothing_compiled_and_nothing_of_the_build_machine_is_inside(tmp_path: Path) -> None:
    tree = unpacked(tmp_path)
    files = [path for path in tree.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix in (".so", ".pyc") or "__pycache__" in path.parts]
    traces = (str(CHECKOUT).encode() + b"/", str(tmp_path).encode())
    assert not [path for path in files if any(trace in path.read_bytes() for trace in traces)]
    assert (tree / "DEBIAN/conffiles").read_text() == "/etc/profile.d/pyguard.sh\n/etc/pyguard/policy.toml\n"


@pytest.mark.parametrize("python", [*PYTHONS, sys.executable])
def test_it_runs_on_every_python_that_is_here(python: str, tmp_path: Path) -> None:
    main = unpacked(tmp_path) / "usr/lib/pyguard/main.py"
    done = run(python, "-I", "-S", "-B", str(main), "--version")
    assert (done.returncode, done.stdout) == (0, f"pyguard {__version__}\n"), done.stderr


def test_manual_and_completions_name_every_command(tmp_path: Path) -> None:
    tree = unpacked(tmp_path)
    manual = run("gzip", "-dc", str(tree / "usr/share/man/man1/pyguard.1.gz")).stdout
    for name in COMMANDS:
        assert (f".SS pyguard {name}\n" in manual) == (name != "handover"), name
    for path in ("bash-completion/completions/pyguard", "fish/vendor_completions.d/pyguard.fish",
                 "zsh/vendor-completions/_pyguard"):
        text = (tree / "usr/share" / path).read_text()
        assert all(name in text for name in COMMANDS if name != "handover"), path


@pytest.mark.parametrize("options", [("--frob",), ("--only", "pacman"), ("--out",), ("--tools", "")])
def test_wrong_usage_is_said_and_builds_nothing(options: tuple[str, ...], tmp_path: Path) -> None:
    done = run_build(*options, cwd=str(tmp_path))
    assert done.returncode == 2 and done.stderr.startswith("pyguard: ") and "usage: " in done.stderr
    assert list(tmp_path.iterdir()) == []
