"""`--stdin-filename`: standard input is what is checked and mended, and no file of that name."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pyguard.cli.check import run
from pyguard.errors import PyguardError
from tests.check.test_cli import write

TEXT = b". v/bin/activate\necho\necho \xe9\r\nsudo pip install foo\n"


class Stream:
    """Standard input or output: text above, bytes below."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = io.BytesIO(data)

    def write(self, text: str) -> None:
        self.buffer.write(text.encode("utf-8"))

    def flush(self) -> None:
        """As a file has it."""

    def isatty(self) -> bool:
        return False


def check(top: Path, data: bytes, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, bytes]:
    monkeypatch.setattr("sys.stdin", Stream(data))
    out = Stream()
    code = run(arguments, environ={}, cwd=str(top), uid=0, stdout=out, stderr=io.StringIO())    # type: ignore[arg-type]
    return code, out.buffer.getvalue()


@pytest.mark.parametrize("is_there", [True, False])
def test_fix_prints_the_text_and_touches_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                 is_there: bool) -> None:
    if is_there:
        path = write(tmp_path, "x.sh", "echo\necho\necho\nsudo pip install real\n")
    code, out = check(tmp_path, TEXT, monkeypatch, "--stdin-filename", "x.sh", "--fix")
    assert (code, out) == (0, TEXT.replace(b"sudo ", b""))
    assert not is_there or path.read_text().endswith("sudo pip install real\n")


def test_fix_prints_what_needs_none_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (b"true\n", b"", "sudo pip install x".encode("utf-16")):
        assert check(tmp_path, data, monkeypatch, "--stdin-filename", "x.sh", "--fix") == (0, data)


def test_diff_shows_what_would_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = check(tmp_path, TEXT, monkeypatch, "--stdin-filename", "x.sh", "--diff", "-")[1]
    assert out.startswith(b"--- a/x.sh\n+++ b/x.sh\n")
    assert b" echo \xe9\r\n-sudo pip install foo\n+pip install foo\n" in out


@pytest.mark.parametrize("path", ["x.sh", "no-such-file"])
def test_a_path_beside_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    write(tmp_path, "x.sh", "true\n")
    with pytest.raises(PyguardError) as caught:
        check(tmp_path, TEXT, monkeypatch, "--stdin-filename", "x.sh", path)
    assert caught.value.exit_code == 2


def test_a_name_of_no_known_kind_is_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = check(tmp_path, TEXT, monkeypatch, "--stdin-filename", "x.unknown", "--format", "json")[1]
    assert json.loads(out)["not_checked"] == [{"path": "x.unknown", "reason": "no kind of file that is read"}]


def test_the_repository_is_the_one_around_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a/.git/HEAD", "")
    write(tmp_path, "a/pyproject.toml", '[tool.pyguard.check]\nignore = ["protected-interpreter-install"]\n')
    assert check(tmp_path, b"sudo pip install x\n", monkeypatch, "--stdin-filename", "a/x.sh")[0] == 0
    assert check(tmp_path, b"sudo pip install x\n", monkeypatch, "--stdin-filename", "x.sh")[0] == 10
