"""What monitoring takes of an audit: metrics, lines for the system's log, one line with an exit code."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from pyguard import __version__
from pyguard.cli import audit as command
from pyguard.cli.audit import run
from pyguard.enforce import announce as log
from pyguard.errors import PyguardError, UsageError
from pyguard.policy.audited import AUDITED
from pyguard.render.nagios import LONGEST, line
from tests.auditing.trees import GivenTree, TreeFile, damage, pristine

GONE = GivenTree(removed=("/usr/lib/python3/dist-packages/six.py",))
SET = GivenTree(files=(TreeFile("/etc/profile.d/x.sh", "export PYTHONPATH=/opt/x\n"),))
UNREADABLE = GivenTree(files=(TreeFile("/var/lib/dpkg/status", "no stanza at all\n"),))
SAMPLE = re.compile(r'([a-z_]+)(\{(?:[a-z]+="[^"\\]*",?)+\})? (-?[0-9.]+)$')
PERFORMANCE = re.compile(r"PYGUARD (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+ \| block=(\d+);;0;0 warn=(\d+);0;;0 "
                         r"complete=([01]) time=\d+\.\d{3}s\n$")


def make(tmp_path: Path, *damages: GivenTree) -> None:
    tree = pristine(tmp_path / "root")
    for given in damages:
        damage(tree, given)


def call(root: Path, *arguments: str) -> tuple[int, str]:
    stdout = io.StringIO()
    code = run(["--root", str(root), *arguments], environ={"HOME": "/root"}, cwd=str(root.parent), uid=0,
               stdout=stdout, stderr=io.StringIO())
    return code, stdout.getvalue()


def samples(path: Path) -> dict[str, float]:
    """The exposition format read back: each name described before its first sample."""
    found: dict[str, float] = {}
    described = set()
    for text in path.read_text().splitlines():
        if text.startswith("# "):
            described.add(text.split()[2])
            assert text.split()[1] == "HELP" or text.endswith(" gauge")
            continue
        match = SAMPLE.match(text)
        assert match and match[1] in described, text
        found[match[1] + (match[2] or "")] = float(match[3])
    return found


def test_metrics_of_a_damaged_tree_have_every_rule(tmp_path: Path) -> None:
    make(tmp_path, GONE, SET)
    code, text = call(tmp_path / "root", "--prometheus", "audit.prom")
    found = samples(tmp_path / "audit.prom")
    assert code == 10 and "os-files-damaged" in text
    assert found['pyguard_audit_findings{rule="os-files-damaged",level="block"}'] == 1
    assert found['pyguard_audit_findings{rule="os-files-damaged",level="warn"}'] == 0
    assert sum(name.startswith("pyguard_audit_findings") for name in found) == 3 * len({rule.ID for rule in AUDITED})
    assert sum(value for name, value in found.items() if name.startswith("pyguard_audit_findings")) == 2
    assert (found["pyguard_audit_level"], found["pyguard_audit_complete"]) == (2, 1)
    assert found[f'pyguard_build_info{{version="{__version__}"}}'] == 1
    assert abs(found["pyguard_audit_last_run_timestamp_seconds"] - os.stat(tmp_path / "audit.prom").st_mtime) < 5
    assert os.stat(tmp_path / "audit.prom").st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()].count("audit.prom") == 1


def test_metrics_say_that_something_was_left_out(tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    call(tmp_path / "root", "--no-contents", "--prometheus", "audit.prom")
    assert samples(tmp_path / "audit.prom")["pyguard_audit_complete"] == 0
    call(tmp_path / "root", "--prometheus", "audit.prom")
    assert samples(tmp_path / "audit.prom")["pyguard_audit_complete"] == 1


def test_a_name_that_is_never_read_and_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    with pytest.raises(UsageError, match="reads no file named"):
        call(tmp_path / "root", "--prometheus", "audit.txt")
    with pytest.raises(PyguardError, match="cannot be written"):
        call(tmp_path / "root", "--prometheus", "missing/audit.prom")


@pytest.mark.parametrize(("trees", "options", "code", "word"), [
    ((), (), 0, "OK"), ((SET,), (), 1, "WARNING"), ((GONE,), (), 2, "CRITICAL"), ((GONE, SET), (), 2, "CRITICAL"),
    ((SET,), ("--fail-on", "block"), 0, "OK"), ((GONE,), ("--fail-on", "never"), 0, "OK"),
    ((UNREADABLE,), (), 3, "UNKNOWN"), ((UNREADABLE, SET), (), 1, "WARNING"), ((), ("--no-contents",), 0, "OK")])
def test_one_line_and_four_exit_codes(trees: tuple[GivenTree, ...], options: tuple[str, ...], code: int, word: str,
                                      tmp_path: Path) -> None:
    make(tmp_path, *trees)
    found, text = call(tmp_path / "root", "--nagios", *options)
    match = PERFORMANCE.match(text)
    assert match and (found, match[1]) == (code, word), text
    assert (match[2], match[3]) == (str(int(GONE in trees)), match[3]) or UNREADABLE in trees


def test_what_could_not_be_looked_at_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, text = call(tmp_path / "empty", "--nagios")
    assert code == 3 and text.startswith("PYGUARD UNKNOWN - not looked at: the system's Python: there is none here")
    assert "complete=0" in text
    assert call(tmp_path / "empty", "--nagios", "--fail-on", "never")[0] == 0
    pristine(tmp_path / "no digests")
    shutil.rmtree(tmp_path / "no digests/var/lib/dpkg/info")
    assert call(tmp_path / "no digests", "--nagios")[0] == 3


@pytest.mark.parametrize("options", [("--frob",), ("--json",), ("--prometheus", "x"), ("--run",)])
def test_a_check_that_cannot_be_made_is_unknown(options: tuple[str, ...], tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    code, text = call(tmp_path / "root", "--nagios", *options)
    assert code == 3 and text.startswith("PYGUARD UNKNOWN - ") and text.count("\n") == 1


def test_a_fault_of_pyguards_own_is_unknown_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("no | bar\nhere")
    monkeypatch.setattr(command, "look", fail)
    make(tmp_path)
    assert call(tmp_path / "root", "--nagios") == (
        3, "PYGUARD UNKNOWN - internal error: ZeroDivisionError: no / bar\\nhere\n")


def test_a_line_has_an_end() -> None:
    assert len(line(2, "x" * 5000)) < LONGEST + 30


def test_every_finding_and_the_audit_itself_go_to_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[dict[str, Any], int]] = []
    monkeypatch.setattr(log, "announce", lambda entry, priority: heard.append((entry, priority)))
    make(tmp_path, GONE, SET)
    call(tmp_path / "root", "--syslog")
    (first, severe), (second, mild), (last, information) = heard
    assert (first["event"], first["rule"], first["subject"]) == ("finding", "os-files-damaged", "python3-six")
    assert severe == 4
    assert (second["level"], second["path"], second["line"], mild) == ("warn", "/etc/profile.d/x.sh", 1, 5)
    assert {name: last[name] for name in ("event", "level", "block", "warn", "allow", "complete")} == {
        "event": "audit", "level": "block", "block": 1, "warn": 1, "allow": 0, "complete": True}
    assert information == 6 and set(first) | set(second) | set(last) <= set(log.FIELDS)
