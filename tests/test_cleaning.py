"""pyguard clean: nothing that another environment needs goes, in whatever order; it comes back until it is purged."""

from __future__ import annotations

import io
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyguard.cli import clean, history, undo
from pyguard.enforce.changes.transaction import Transaction, locked
from pyguard.enforce.clean import carry_out
from pyguard.errors import PyguardError, StepFailed, UsageError
from pyguard.host import Host
from pyguard.inventory import Asker, take_stock
from pyguard.model.storage import StorageReport
from pyguard.storage.cleaning import Wish, plan_cleaning
from tests.checkout import CHECKOUT
from tests.facts.conda_tree import COPY, HARD, SOFT, make_base, make_conda_environment, make_package, write

OWNER = os.geteuid()
NOT_ROOT = 65533    # whose home nobody else's is looked into; what is made here is the tests' own user's


def stock(home: Path) -> StorageReport:
    return take_stock(Host(), Asker({"HOME": str(home)}, str(home), NOT_ROOT), (), True)


def contents(prefix: Path) -> dict[str, bytes]:
    """What an environment's programs would read; a link that leads nowhere raises."""
    return {path.name: path.read_bytes() for path in sorted((prefix / "lib").iterdir())} if (prefix / "lib").is_dir() \
        else {}


def clean_some(home: Path, wish: Wish, number: int, which: int) -> None:
    """One thing of the plan that holds now."""
    cleanings = plan_cleaning(stock(home), wish).cleanings
    if cleanings:
        one = cleanings[which % len(cleanings)]
        with locked(str(home / "changes"), OWNER):
            failures = carry_out([one], str(home / "changes"), f"20260101-000000-{number:04x}", {"title": one.title},
                                 environ={}, tell=lambda text: None)
        assert failures == []


LAYOUT = st.lists(st.tuples(st.sets(st.integers(0, 4), max_size=4), st.sampled_from((HARD, SOFT, COPY))), max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layout=LAYOUT, gone=st.sets(st.integers(0, 3)), orders=st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_what_stays_goes_on_working(tmp_path: Path, layout: list[tuple[set[int], int]], gone: set[int],
                                    orders: list[int]) -> None:
    home = tmp_path / "home"
    try:
        base = make_base(home / "miniconda3")
        packages = [make_package(base / "pkgs", f"p{number}-1.0-0", 200, 2) for number in range(5)]
        for name in ("broken-1-0", "x.conda.partial", "y.conda_trash"):
            write(base / "pkgs" / name / "lib" / "f", "x")
        prefixes = [make_conda_environment(base / "envs" / f"e{number}", [packages[one] for one in sorted(used)], link)
                    for number, (used, link) in enumerate(layout)]
        before = {prefix: contents(prefix) for prefix in prefixes}
        named = frozenset(str(prefix) for number, prefix in enumerate(prefixes) if number in gone)
        for number, which in enumerate(orders):
            clean_some(home, Wish(named | {str(base)}), number, which)
            for prefix in prefixes:
                if prefix.exists():
                    assert contents(prefix) == before[prefix]
                else:
                    assert str(prefix) in named
        assert (base / "condabin").is_dir()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    base = make_base(tmp_path / "miniconda3")
    used = make_package(base / "pkgs", "used-1.0-0")
    make_package(base / "pkgs", "orphan-1.0-0")
    write(base / "pkgs" / "a.conda_trash", "x")
    make_conda_environment(base / "envs" / "one", [used])
    make_conda_environment(base / "envs" / "two", [used])
    return tmp_path


def run(home: Path, *arguments: str, path: str = "/nowhere", command=clean) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = command.run(arguments, environ={"HOME": str(home), "PATH": path}, cwd=str(home), uid=uid(home), stdout=out,
                       stderr=err)
    return code, out.getvalue(), err.getvalue()


def uid(home: Path) -> int:
    """The files' own user: as root that is root, and then every user's home is looked into as well."""
    return home.stat().st_uid


@pytest.fixture(autouse=True)
def nobody_elses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As root, no record and no home of this machine's."""
    monkeypatch.setattr("pyguard.cli.clean.changes_directory", lambda environ, uid: str(tmp_path / "changes"))
    monkeypatch.setattr("pyguard.cli.undo.changes_directory", lambda environ, uid: str(tmp_path / "changes"))
    monkeypatch.setattr("pyguard.cli.history.changes_directory", lambda environ, uid: str(tmp_path / "changes"))
    monkeypatch.setattr("pyguard.facts.accounts.read_accounts", lambda host: ())


def tree(top: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (stat.S_IFMT(path.lstat().st_mode), path.lstat().st_ino) for path in sorted(top.rglob("*"))}


def test_a_plan_changes_nothing(home: Path) -> None:
    before = tree(home)
    code, out, _ = run(home, "two")
    assert code == 0 and "nothing was done" in out
    assert "the conda environment" in out and "packages that no environment uses" in out and "temporary files" in out
    assert tree(home) == before


def test_done_undone_and_purged(home: Path) -> None:
    before = tree(home / "miniconda3")
    code, out, _ = run(home, "--yes", "two")
    assert code == 0
    assert not (home / "miniconda3/envs/two").exists() and not (home / "miniconda3/pkgs/orphan-1.0-0").exists()
    assert contents(home / "miniconda3/envs/one")
    identifier = out.split("pyguard undo ")[1].split()[0]
    assert run(home, identifier, command=undo)[0] == 0
    assert tree(home / "miniconda3") == before
    run(home, "--yes", "two")
    code, out, _ = run(home, "--purge")
    assert code == 0 and out.startswith("deleted for good: ")
    assert "deleted for good: clean" in run(home, command=history)[1]
    assert run(home, "--purge")[1] == "the quarantine is empty\n"
    with pytest.raises(PyguardError, match="deleted for good"):
        run(home, out.split()[-1], command=undo)


def test_an_interrupted_purge_is_finished_by_the_next(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(home, "--yes", "two")
    [change] = (home / "changes").glob("2*")

    def refuse(path: str) -> None:
        raise PermissionError(1, "Operation not permitted", f"{path}/000001")

    with monkeypatch.context() as patched, pytest.raises(PyguardError, match=f"cannot be emptied.*{change.name}/kept"):
        patched.setattr("pyguard.enforce.changes.files.remove", refuse)
        run(home, "--purge")
    assert run(home, "--purge")[:2] == (0, f"deleted for good: {change.name}\n")
    assert not (change / "kept").exists() and run(home, "--purge")[1] == "the quarantine is empty\n"


def test_what_stays_and_why(home: Path) -> None:
    base = home / "miniconda3"
    write(base / "envs" / "two" / "conda-meta" / "frozen", "{}")
    write(home / ".local/share/jupyter/kernels/k/kernel.json", f'"{base}/envs/one/bin/python"')
    out = run(home, "base-is-none", str(base), "one", "two")[1]
    assert "conda itself runs in it" in out and "it is frozen" in out and "still named by kernel" in out
    assert "base-is-none: no environment of yours" in out and "the conda environment" not in out


def test_unused_for(home: Path) -> None:
    old = 1_600_000_000
    prefix = home / "miniconda3/envs/two"
    for path in (prefix / "conda-meta/history", prefix / "bin/python"):
        os.utime(path, (old, old))
    out = run(home, "--unused-for", "90")[1]
    assert "envs/two" in out and "last used 2020-09-13" in out and "envs/one" not in out


@pytest.mark.parametrize("days", ["9999999", "9" * 30, "-3", "0", "x", "1.5", "³"])
def test_a_number_of_days_that_is_none(home: Path, days: str) -> None:
    with pytest.raises(UsageError, match="a number of days from 1 to"):
        run(home, f"--unused-for={days}")


def test_the_tool_that_made_it_removes_it(home: Path) -> None:
    said = home / "said"
    write(home / "bin" / "conda", f'#!/bin/sh\necho "$@" >>{said}\n').chmod(0o755)
    write(home / "miniconda3/pkgs/used-1.0-0.conda", "x" * 9000)
    code, _, _ = run(home, "--yes", "two", path=f"{home}/bin:/usr/bin:/bin")
    assert code == 0
    assert sorted(said.read_text().splitlines()) == [
        "clean --tarballs --yes", f"env remove -y -p {home}/miniconda3/envs/two"]
    write(home / "bin" / "conda", "#!/bin/sh\nexit 3\n").chmod(0o755)
    with pytest.raises(StepFailed):
        run(home, "--yes", "two", path=f"{home}/bin:/usr/bin:/bin")


def test_nothing_of_somebody_elses(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyguard.inventory._owner", lambda host, path: uid(home) + 1)
    assert run(home, "--yes", "two")[1].startswith("nothing to clean")


def test_what_was_interrupted_is_brought_back_before_the_plan_is_made(home: Path) -> None:
    two, one = home / "miniconda3/envs/two", home / "miniconda3/envs/one"
    with locked(str(home / "changes"), OWNER):
        Transaction(str(home / "changes" / "20260101-000000-0001"), {"kind": "clean"}).quarantine(str(two))
    code, out, err = run(home, "--purge")
    assert code == 12 and out == "" and "20260101-000000-0001 was interrupted" in err and not two.exists()
    assert "20260101-000000-0001 was interrupted: --yes first brings back" in run(home, "two")[1]
    code, out, _ = run(home, "--yes", "two")
    assert code == 0 and "had been interrupted: taken back" in out and "no environment of yours" not in out
    assert not two.exists() and one.exists()
    assert run(home, "--purge")[0] == 0


def test_an_interruption_says_what_takes_back_what_was_done(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing where nothing was begun."""
    before = tree(home / "miniconda3")
    real = Transaction.quarantine

    def interrupted(transaction: Transaction, path: str) -> None:
        real(transaction, path)
        raise KeyboardInterrupt

    def not_begun(*_: object) -> None:
        raise KeyboardInterrupt

    said = {}
    for name, instead in (("__init__", not_begun), ("quarantine", interrupted)):
        stderr = io.StringIO()
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Transaction, name, instead)
            clean.run(["--yes", "two"], environ={"HOME": str(home), "PATH": "/nowhere"}, cwd=str(home), uid=uid(home),
                      stdout=io.StringIO(), stderr=stderr)
        said[name] = stderr.getvalue()
    [change] = (home / "changes").glob("2*")
    assert said == {"__init__": "", "quarantine": "pyguard: interrupted: pyguard undo takes back what there is of "
                                                  f"{change.name}\n"}
    assert run(home, command=undo)[0] == 0 and tree(home / "miniconda3") == before


@pytest.mark.parametrize("full", [True, False], ids=["a full disk", "nobody reads on"])
def test_output_that_nobody_takes_leaves_nothing_half_done(tmp_path: Path, full: bool) -> None:
    environments = [tmp_path / name for name in ("a", "b", "c")]
    for each in environments:
        write(each / "pyvenv.cfg", "home = /usr/bin\nversion = 3.11.2\n")
        write(each / "bin" / "python", "x")
    reader, writer = os.pipe()
    os.close(reader)
    if full:
        os.close(writer)
        writer = os.open("/dev/full", os.O_WRONLY)
    code = "import sys; from pyguard.cli import clean; from pyguard.cli.main import main; from pyguard.facts import " \
        "accounts; accounts.read_accounts = lambda host: ();" \
        f"clean.changes_directory = lambda *given: {str(tmp_path / 'changes')!r}; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, "clean", "--search", str(tmp_path), *map(str, environments),
                           "--yes"], stdout=writer, stderr=subprocess.PIPE, text=True, check=False, cwd=tmp_path,
                          env={"HOME": str(tmp_path), "PYTHONPATH": str(CHECKOUT)})
    os.close(writer)
    said = "pyguard: the output could not be written: No space left on device\n" if full else ""
    assert (done.returncode, done.stderr) == (1, said)
    assert not any(each.exists() for each in environments)
    assert run(tmp_path, "--purge")[1].startswith("deleted for good")
