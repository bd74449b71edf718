"""`pyguard audit` on a small tree: exit codes, forms, thresholds, and what it does not let itself be steered by."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from pyguard.cli.audit import run
from pyguard.errors import UsageError
from tests.auditing.trees import GivenTree, TreeFile, damage, pristine

GONE = GivenTree(removed=("/usr/lib/python3/dist-packages/six.py",))
SET = GivenTree(files=(TreeFile("/etc/profile.d/x.sh", "export PYTHONPATH=/opt/x\n"),))


def call(root: Path, *arguments: str, uid: int = 0) -> tuple[int, str]:
    stdout = io.StringIO()
    code = run(["--root", str(root), *arguments], environ={"HOME": "/root"}, cwd="/", uid=uid, stdout=stdout,
               stderr=io.StringIO())
    return code, stdout.getvalue()


def test_a_system_as_it_was_installed(tmp_path: Path) -> None:
    pristine(tmp_path / "root")
    code, text = call(tmp_path / "root")
    assert (code, text.splitlines()[-1]) == (0, "nothing found")
    assert "Debian 12" in text and "accounts: root and alice" in text


def test_findings_by_level_and_the_threshold(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), SET)
    assert call(tmp_path / "root")[0] == 10
    assert call(tmp_path / "root", "--fail-on", "block")[0] == 0
    assert call(tmp_path / "root", "--fail-on", "never")[0] == 0


def test_json(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GONE)
    code, text = call(tmp_path / "root", "--json")
    data = json.loads(text)
    assert (code, data["schema"], data["level"]) == (10, 1, "block")
    assert data["counts"] == {"block": 1, "warn": 0, "allow": 0}
    finding = data["findings"][0]
    assert (finding["rule"], finding["subject"]) == ("os-files-damaged", "python3-six")
    assert finding["evidence"] == ["firewalld"]
    assert set(finding) == {"rule", "level", "summary", "subject", "evidence", "path", "line", "allowed"}


def test_json_names_the_line_of_a_setting(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GivenTree(files=(
        TreeFile("/home/alice/.pip/pip.conf", "[global]\nbreak-system-packages = true\n"),)))
    finding = json.loads(call(tmp_path / "root", "--json")[1])["findings"][0]
    assert (finding["path"], finding["line"]) == ("/home/alice/.pip/pip.conf", 2)


def test_sarif(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GONE)
    found = json.loads(call(tmp_path / "root", "--sarif")[1])["runs"][0]
    assert [result["ruleId"] for result in found["results"]] == ["os-files-damaged"]
    assert found["tool"]["driver"]["rules"][0]["id"] == "os-files-damaged"


def test_html_is_complete_in_itself_and_escaped(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GivenTree(files=(
        TreeFile("/usr/lib/python3/dist-packages/<b>x\x1b.py"), TreeFile("/etc/profile.d/x.sh", "PYTHONHOME=/a\n"))))
    out = tmp_path / "report.html"
    code, text = call(tmp_path / "root", "--html", "--output", str(out))
    page = out.read_text()
    assert (code, text) == (10, "") and page.startswith("<!doctype html>")
    assert "&lt;b&gt;x\\x1b.py" in page and "<b>" not in page and "\x1b" not in page and "<script" not in page
    assert "/etc/profile.d/x.sh:1" in page and "To look at (2)" in page


def test_without_contents_a_changed_file_is_not_looked_at_and_that_is_said(tmp_path: Path) -> None:
    damage(pristine(tmp_path / "root"), GivenTree(files=(TreeFile("/usr/lib/python3/dist-packages/six.py", "x"),)))
    assert call(tmp_path / "root")[0] == 10
    code, text = call(tmp_path / "root", "--no-contents")
    assert code == 0 and "not looked at: the contents of OS files" in text


def test_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        call(tmp_path / "none")
    with pytest.raises(UsageError, match="only root"):
        run(["--all-users"], environ={"HOME": "/home/alice"}, cwd="/", uid=1000, stdout=io.StringIO(),
            stderr=io.StringIO())


def test_a_damaged_package_database_is_a_finding(tmp_path: Path) -> None:
    tree = pristine(tmp_path / "root")
    tree.status.write_text("Package: x\nStatus: what\n")
    code, text = call(tmp_path / "root")
    assert code == 10 and "facts-incomplete" in text


def test_a_tree_without_a_python(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    code, text = call(tmp_path)
    assert code == 0 and "not looked at: the system's Python" in text


def test_what_a_user_may_put_in_a_home(tmp_path: Path) -> None:
    """FIFOs, links out of the tree, directories in a file's place, escapes in names, a huge file: nothing hangs."""
    tree = pristine(tmp_path / "root")
    home = tmp_path / "root/home/alice"
    outside = tmp_path / "outside"
    outside.write_text("export PYTHONPATH=/opt/stolen\n")
    os.mkfifo(home / ".bashrc")
    (home / ".profile").symlink_to(outside)
    (home / ".zshrc").mkdir()
    (home / ".pip").symlink_to(home / ".pip")
    site = home / ".local/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    os.mkfifo(site / "six.py")
    (site / "x\x1b[2J.pth").write_text("/\n")
    os.mkfifo(site / "evil-1.0.dist-info")
    (site / "huge.pth").write_bytes(b"")
    os.truncate(site / "huge.pth", 1 << 40)
    tree.write("/home/alice/.zshenv", "export PYTHONPATH=/opt/\x1b]0;x\x07\n")
    code, text = call(tmp_path / "root")
    assert code == 10 and "\x1b" not in text and "stolen" not in text
    assert "\\x1b" in text
