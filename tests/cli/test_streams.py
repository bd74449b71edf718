"""A caller who has closed a standard stream, or gave one that takes nothing, gets the same answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from pyguard.cli.main import main
from tests.checkout import CHECKOUT

CLOSED = {"<&-": ["0"], ">&-": ["1"], "2>&-": ["2"], ">&- 2>&-": ["1", "2"], "<&- >&- 2>&-": ["0", "1", "2"]}
FAILED, USAGE = 1, 2
NOBODY = 65534
COUNT = "#!/bin/sh\nfor number in 0 1 2; do [ -e /proc/$$/fd/$number ] || echo $number >>{0}/told; done\n"


def run(home: Path, closed: str, *words: str, pipe: tuple[int, ...] = ()) -> int:
    """The exit code of a command of pyguard's in a locale without umlauts."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C", "PIP_CONFIG_FILE": "/dev/null"}
    return subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "pyguard", *words],
                          env=environ, cwd=CHECKOUT, pass_fds=pipe, check=False).returncode


def answer(home: Path, closed: str, kind: str, *words: str) -> tuple[int, str]:
    """What the startup hook is told."""
    reader, writer = os.pipe()
    try:
        code = run(home, closed, "handover", "--kind", kind, "--interpreter", "/usr/bin/python3", "--program", "pip",
                   "--answer", str(writer), "--", *words, pipe=(writer,))
    finally:
        os.close(writer)
    with os.fdopen(reader) as answers:
        return code, answers.read()


@pytest.mark.parametrize("closed", CLOSED)
def test_the_startup_hook_is_answered(tmp_path: Path, closed: str) -> None:
    assert answer(tmp_path, closed, "pip", "list") == (0, "pyguard go\n")
    assert answer(tmp_path, closed, "für", "install", "six") == (USAGE, f"pyguard stop {USAGE}\n")    # and it says why


@pytest.mark.parametrize(("closed", "missing"), CLOSED.items())
def test_the_real_tool_finds_them_closed(tmp_path: Path, closed: str, missing: list[str]) -> None:
    tool = tmp_path / "pip"
    tool.write_text(COUNT.format(tmp_path))
    tool.chmod(0o755)
    (tmp_path / "told").touch()
    assert run(tmp_path, closed, "pip", "--real", str(tool), "--", "list") == 0
    assert (tmp_path / "told").read_text().split() == missing


def test_standard_input_is_read_as_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "<&-", "check", "--stdin-filename", "x.sh") == 0


def say(words: str, home: Path, stdout: IO[str], stderr: IO[str], **variables: str) -> int:
    """The exit code; as nobody where it is root, for whom refusals would go on this machine's own record.

    Not with the caller's PATH: an active environment has a pip that is judged otherwise.
    """
    environ = {"HOME": str(home), "PATH": os.defpath, "PIP_CONFIG_FILE": "/dev/null", **variables}
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if os.geteuid() == 0 else {}
    return subprocess.run([sys.executable, "-m", "pyguard", *words.split()], env=environ, cwd=CHECKOUT, check=False,
                          stdout=stdout, stderr=stderr, **user).returncode    # type: ignore[call-overload]


def is_open_to_all(path: str) -> bool:
    """Whether everybody can enter every directory that it lies in."""
    return all(os.stat(parent).st_mode & 0o005 == 0o005 for parent in Path(path).parents)


@pytest.fixture
def home() -> Iterator[Path]:
    if os.geteuid() == 0 and not (is_open_to_all(f"{CHECKOUT}/x") and is_open_to_all(sys.executable)):
        pytest.skip("the user nobody cannot enter the directory of the checkout")
    with tempfile.TemporaryDirectory() as directory:
        if os.geteuid() == 0:
            os.chown(directory, NOBODY, NOBODY)
        yield Path(directory)


@pytest.fixture(params=["full", "gone"])
def deaf(request: pytest.FixtureRequest) -> Iterator[IO[str]]:
    """A stream that takes nothing: the disk is full, or the reader is gone."""
    if request.param == "full":
        with open("/dev/full", "w", encoding="utf-8") as stream:
            yield stream
        return
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


@pytest.mark.parametrize("words", ["facts", "explain pip install six", "--version", "clean --help",
                                   "check --json-schema"])
def test_an_output_that_nobody_takes_is_a_failure(home: Path, deaf: IO[str], words: str) -> None:
    with open(home / "said", "w+", encoding="utf-8") as errors:
        for unbuffered in {"", "1" if "--help" not in words else ""}:    # argparse writes by itself
            assert say(words, home, deaf, errors, PYTHONUNBUFFERED=unbuffered) == FAILED
        errors.seek(0)
        told = set(errors)
    assert told <= {"pyguard: the output could not be written: No space left on device\n"}


@pytest.mark.parametrize("words", ["pip -- install six", "pip install six", "sudo -- pip install six", "facts --bogus",
                                   "facts", "nonsense"])
def test_a_message_that_nobody_takes_changes_no_answer_and_no_record(home: Path, deaf: IO[str], words: str) -> None:
    record = home / ".local/state/pyguard/journal.jsonl"
    codes, records = [], []
    with open(home / "said", "w+", encoding="utf-8") as said:
        for errors in (said, deaf):
            codes.append(say(words, home, subprocess.DEVNULL, errors))    # type: ignore[arg-type]
            codes.append(say(words, home, subprocess.DEVNULL, errors, PYTHONUNBUFFERED="1"))    # type: ignore[arg-type]
            records.append(record.read_text().count("\n") if record.exists() else 0)
        said.seek(0)
        assert len(set(codes)) == 1, (codes, said.read())
    assert records[1] == 2 * records[0]


def test_a_usage_has_the_lines_that_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["facts", "--bogus"]) == USAGE
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "pyguard: unrecognized arguments: --bogus"
    assert lines[1].startswith("  usage: pyguard facts") and len(lines) > 2 and "\\n" not in "".join(lines)
