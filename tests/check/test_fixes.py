"""`--fix` and `--diff`: exactly what a finding is about is taken away, in one run, and nothing beside it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pyguard.checking.fixes import show_difference
from tests.check.test_cli import check, findings, write

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="needs git, which applies the difference")
ACTIVE = "#!/bin/bash\n. v/bin/activate\n"


@pytest.mark.parametrize(("line", "expected"), [
    ("sudo pip install x", "pip install x"),
    ("sudo -H -E ./v/bin/pip install x", "sudo -H -E ./v/bin/pip install x"),
    ("sudo pip install a; sudo pip install b; sudo -H pip3 install c", "pip install a; pip install b; pip3 install c"),
    ("sudo env A=1 pip install z; sudo python3 manage.py migrate", None),
    ("sudo A=pip pip install z", None),
    ("sudo nice pip install g; ssh host 'sudo python3 x.py'", None),
    ("sudo --preserve-env pip install f || sudo python3 -V", None),
    ("sudo -b pip install f", None),
    ("retry sudo pip install f", None),
])
def test_only_the_command_s_own_sudo_goes(tmp_path: Path, line: str, expected: str | None) -> None:
    path = write(tmp_path, "a.sh", f"{ACTIVE}{line}\n")
    check(tmp_path, "--fix")
    assert path.read_text() == f"{ACTIVE}{expected or line}\n"


def test_a_fix_is_offered_only_where_it_can_be_made(tmp_path: Path) -> None:
    write(tmp_path, "a.sh", f"{ACTIVE}sudo pip install a\nsudo env A=1 pip install b\n")
    (before, after) = (tmp_path / "a.sh").read_text(), check(tmp_path, "--diff")[1]
    assert [each["line"] for each in findings(tmp_path)] == [3, 4]
    assert "-sudo pip install a\n+pip install a\n" in after
    assert "env A=1" not in "".join(line for line in after.splitlines() if line[:1] in "+-")
    assert (tmp_path / "a.sh").read_text() == before


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_around_a_fix_stay(tmp_path: Path, mark: bytes) -> None:
    before = mark + b". v/bin/activate; sudo pip install \xe9\r\n# \x0c\xe2\x80\xa8\r\nsudo pip install b"
    (tmp_path / "a.sh").write_bytes(before)
    check(tmp_path, "--fix")
    assert (tmp_path / "a.sh").read_bytes() == before.replace(b"sudo ", b"")


@NEEDS_GIT
@pytest.mark.parametrize("end", ["", "\n"])
def test_a_difference_is_one_that_git_applies(tmp_path: Path, end: str) -> None:
    before = "a\n# \f form feed\n# \u2028 \x85 \x1c\r\nsudo x\r\n# \v\nlast" + end
    after = before.replace("sudo ", "")
    (tmp_path / "a.sh").write_bytes(before.encode())
    shown = show_difference("a.sh", before, after)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, check=True, input=shown.encode())
    assert (tmp_path / "a.sh").read_bytes() == after.encode()


@NEEDS_GIT
@pytest.mark.parametrize("name", ["a b.sh", " .sh", "\x1b[31m.sh", "x\n+++ b/y.sh", "\t.sh", '"q".sh', "\\.sh",
                                  "é ü.sh", "\u202e\x9b.sh", "\udce9.sh", "a\n", "'.sh"])
def test_a_difference_names_the_file_whatever_its_name_is(tmp_path: Path, name: str) -> None:
    write(tmp_path, name, "a\nsudo x\n")
    shown = show_difference(name, "a\nsudo x\n", "a\nx\n")
    assert {each for each in shown if not each.isprintable()} <= {"\n", "\t"}
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, check=True, input=shown.encode())
    assert (tmp_path / name).read_text() == "a\nx\n"
