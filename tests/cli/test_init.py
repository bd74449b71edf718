"""`pyguard init` and `pyguard hook rehash`: what they print and write."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest

from pyguard.cli import hook_rehash, init
from pyguard.cli.main import COMMANDS
from pyguard.errors import PyguardError, UsageError

UID = os.getuid()


def call(module: object, *arguments: str, home: str = "/home/alice", uid: int = UID, path: str = "") -> str:
    out = io.StringIO()
    environ = {"HOME": home, "PATH": path}
    assert module.run(arguments, environ=environ, cwd="/", uid=uid, stdout=out, stderr=out) == 0    # type: ignore[attr-defined]
    return out.getvalue()


@pytest.mark.parametrize("shell", init.SHELLS)
def test_a_snippet_has_nothing_left_to_fill_in(shell: str) -> None:
    text = call(init, shell, home="/home/o'brien $x")
    assert not re.search(r"@[A-Z]+@", text)
    assert "/home/o" in text
    if shell != "sh":
        assert " ".join(COMMANDS) in text
    assert "pyguard_off" in call(init, shell, "--undo")


def test_the_systems_shims() -> None:
    text = call(init, "bash", "--system", home="")
    assert "__pyguard_shims=/usr/local/lib/pyguard/shims\n" in text
    assert "--quiet --system >" in text


@pytest.mark.parametrize("arguments", [(), ("tcsh",), ("bash", "zsh"), ("bash", "--what")])
def test_what_init_does_not_take(arguments: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        call(init, *arguments)


def test_without_a_home_there_is_a_clear_error() -> None:
    with pytest.raises(PyguardError, match="no home"):
        call(init, "bash", home="")


def test_rehash_links_what_is_on_path(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    home = tmp_path / "home"
    for name in ("bin/uv", "bin/pip3.42", "home/.local/bin/pdm"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    text = call(hook_rehash, home=str(home), path=f"{tmp_path}/bin::relative")
    shims = home / ".local/share/pyguard/shims"
    assert {"uv", "pip3.42", "pdm"} <= set(os.listdir(shims))
    assert f"{shims} stands before" in text and "new: " in text
    assert (shims / ".pyguard-shim").read_text() == (Path(__file__).parents[2] / "hooks/shim/pip").read_text()
    assert (shims / ".pyguard-init.zsh").read_text() == call(init, "zsh", home=str(home))
    assert call(hook_rehash, "--quiet", home=str(home), path=f"{tmp_path}/bin") == ""
    assert "are gone" in call(hook_rehash, "--remove", home=str(home))
    assert "there are no shims" in call(hook_rehash, "--remove", home=str(home))
    assert sorted(home.rglob("*")) == [home / ".local", home / ".local/bin", home / ".local/bin/pdm"]


def test_what_rehash_does_not_take() -> None:
    with pytest.raises(UsageError):
        call(hook_rehash, "now")
    with pytest.raises(PyguardError, match="root's to change"):
        call(hook_rehash, "--system", uid=1000)
