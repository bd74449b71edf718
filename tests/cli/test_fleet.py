"""`pyguard fleet`: files in, two reports and a screenful out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from pyguard.cli.fleet import run
from pyguard.cli.main import main
from pyguard.errors import UsageError
from tests.fleet.reports import a_finding, an_audit


def call(cwd: Path, *arguments: str) -> tuple[int, str]:
    out = io.StringIO()
    code = run(arguments, environ={}, cwd=str(cwd), uid=1000, stdout=out, stderr=io.StringIO())
    return code, out.getvalue()


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Three hosts: one damaged, one with a warning, one that sent nonsense."""
    (tmp_path / "hosts").mkdir()
    for name, data in (("a", an_audit(a_finding())), ("b", an_audit(a_finding("x", "warn"))), ("c", "nonsense")):
        (tmp_path / "hosts" / f"{name}.json").write_text(json.dumps(data))
    return tmp_path


def report(fleet: Path) -> Any:
    return json.loads((fleet / "report.json").read_text(encoding="utf-8"))


def test_what_it_prints_and_writes(fleet: Path) -> None:
    code, text = call(fleet, "hosts", "--json", "report.json", "--html", "report.html")
    assert (code, text) == (0, "3 hosts: 1 damaged, 1 with warnings, 1 failed\nfindings:\n"
                            "  block os-distribution-shadowed: python3-six  (1 host: a)\n"
                            "  warn  os-distribution-shadowed: x  (1 host: b)\nnot audited:\n"
                            "  c: failed: what it sent is no report of pyguard audit, schema 1\n")
    data = report(fleet)
    assert data["counts"] == {"hosts": 3, "audited": 2, "failed": 1, "unreachable": 0,
                              "block": 1, "warn": 1, "allow": 0}
    assert data["previous"] is None and [host["name"] for host in data["hosts"]] == ["a", "b", "c"]
    assert (fleet / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_next_run_is_compared_with_the_file_that_it_replaces(fleet: Path) -> None:
    call(fleet, "hosts", "--json", "report.json")
    assert call(fleet, "hosts", "--json", "report.json")[1].endswith(": nothing\n") and report(fleet)["changes"] == []
    (fleet / "hosts" / "b.json").write_text(json.dumps(an_audit()))
    (fleet / "hosts" / "c.json").unlink()
    assert "no longer found: 1, host is gone: 1" in call(fleet, "hosts", "--json", "report.json")[1]
    assert [(each["host"], each["kind"]) for each in report(fleet)["changes"]] == [("b", "gone"), ("c", "disappeared")]
    assert call(fleet, "hosts", "--previous", "report.json")[1].endswith(": nothing\n")


def test_a_last_run_that_is_none_is_one_error_and_nothing_is_written(fleet: Path,
                                                                     capsys: pytest.CaptureFixture[str],
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    (fleet / "report.json").write_text("[]")
    monkeypatch.chdir(fleet)
    assert main(["fleet", "hosts", "--json", "report.json", "--html", "report.html"]) == 1
    assert capsys.readouterr().err.startswith("pyguard: this is no report of pyguard fleet")
    assert (fleet / "report.json").read_text() == "[]" and not (fleet / "report.html").exists()


def test_no_path_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        call(tmp_path)


def test_its_own_reports_in_the_directory_are_no_hosts(fleet: Path) -> None:
    """Under whatever name; and a second run is compared with the first."""
    (fleet / "link").symlink_to(fleet / "hosts")
    for _ in range(2):
        code, text = call(fleet, "hosts", "--json", "link/report.json", "--html", "hosts/report.html")
        assert code == 0 and text.startswith("3 hosts: ")
    assert call(fleet, "hosts", "--json", "hosts/new.json", "--previous", "hosts/report.json")[0] == 0
