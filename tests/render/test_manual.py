"""The manual page and the completions: taken from the commands, and read by the programs that they are for."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from pyguard.cli.main import COMMANDS, GUARDED
from pyguard.cli.manual import describe_commands, run
from pyguard.errors import UsageError
from pyguard.render.completions import COMPLETIONS
from pyguard.render.manual_page import Entry, escape, render_manual_page

ENTRIES = tuple(describe_commands())


def said(form: str) -> str:
    out = io.StringIO()
    assert run([form], environ={}, cwd="/", uid=0, stdout=out, stderr=io.StringIO()) == 0
    return out.getvalue()


def shell(*argv: str) -> str:
    if not shutil.which(argv[0]):
        pytest.skip(f"needs the program {argv[0]}")
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_every_command_is_described_and_no_other() -> None:
    assert [entry.name for entry in ENTRIES] == [*(name for name in COMMANDS if name != "handover"), *GUARDED]
    audit = next(entry for entry in ENTRIES if entry.name == "audit")
    assert {"--json", "--fail-on", "--no-contents"} <= set(audit.options)
    hook = next(entry for entry in ENTRIES if entry.name == "hook")
    assert "--externally-managed" in next(entry for entry in hook.below if entry.name == "install").options


def test_what_man_would_take_for_a_request_is_escaped() -> None:
    assert escape(".x 'y' \\ --z") == "\\&.x 'y' \\e \\-\\-z"
    page = render_manual_page((Entry("x", "does x", "usage: x\n.SH not a heading\n'quoted\n"),))
    assert "\n\\&.SH not a heading\n\\&'quoted\n" in page


def test_man_reads_the_page_without_a_warning(tmp_path: Path) -> None:
    (tmp_path / "pyguard.1").write_text(said("man"), encoding="utf-8")
    shown = shell("man", "--warnings", "--local-file", str(tmp_path / "pyguard.1"))
    assert "pyguard hook install" in shown and "--externally-managed" in shown


def test_bash_completes(tmp_path: Path) -> None:
    (tmp_path / "words").write_text(said("bash"))
    script = (f". '{tmp_path}/words'; ask() {{ COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)); _pyguard; "
              "echo \"${COMPREPLY[*]}\"; }; ask pyguard au; ask pyguard hook re; ask pyguard hook install --ext; "
              "ask pyguard nonsense x")
    assert shell("bash", "-euc", script).splitlines() == ["audit", "remove rehash refresh", "--externally-managed", ""]


def test_fish_completes(tmp_path: Path) -> None:
    (tmp_path / "words").write_text(said("fish"))
    found = shell("fish", "--no-config", "-c", f"source '{tmp_path}/words'; complete -C 'pyguard au'; "
                                               "complete -C 'pyguard audit --no-c'")
    assert found.startswith("audit\t") and "--no-contents" in found


def test_zsh_takes_it(tmp_path: Path) -> None:
    (tmp_path / "words").write_text(said("zsh"))
    shell("zsh", "-n", str(tmp_path / "words"))


@pytest.mark.parametrize("words", [[], ["troff"], ["man", "bash"]])
def test_wrong_usage(words: list[str]) -> None:
    with pytest.raises(UsageError):
        run(words, environ={}, cwd="/", uid=0, stdout=io.StringIO(), stderr=io.StringIO())
    assert set(COMPLETIONS) == {"bash", "zsh", "fish"}
