"""The line in a shell's start-up file: marked, added once, never where the file is somebody's own affair."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pyguard.cli.hook_shells import login_shell, source_line, start_files
from pyguard.enforce.manifest import Manifest, undo
from pyguard.enforce.marked import BEGIN, END
from pyguard.enforce.shell_layers import inspect_shells
from pyguard.enforce.shell_start import Start, install
from pyguard.host import Host

LINE = ". /shims/.pyguard-init.bash"


def add(tmp_path: Path, path: Path, shared: bool = True) -> bool:
    manifest = Manifest(str(tmp_path / "state" / "shell.manifest"))
    manifest.open()
    return install(Start("bash", str(path), LINE, shared), manifest)


@pytest.mark.parametrize("old", ["", "umask 022\n", "no line end", None])
def test_the_line_is_added_and_taken_out_again(tmp_path: Path, old: str | None) -> None:
    file = tmp_path / "home" / ".bashrc"
    if old is not None:
        file.parent.mkdir()
        file.write_text(old)
    before = os.stat(file).st_mtime_ns if old is not None else 0
    assert add(tmp_path, file)
    assert file.read_text().endswith(f"{BEGIN}\n{LINE}\n{END}\n") and file.read_text().startswith(old or "")
    assert undo(str(tmp_path / "state" / "shell.manifest")) == []
    assert (file.read_text() if old is not None else file.exists()) == (old if old is not None else False)
    assert old is None or os.stat(file).st_mtime_ns == before


def test_what_is_a_link_or_has_the_line_is_left_alone(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles", tmp_path / ".bashrc"
    real.write_text("mine\n")
    link.symlink_to(real)
    assert not add(tmp_path, link)
    assert link.is_symlink() and real.read_text() == "mine\n"
    by_hand = tmp_path / "by hand"
    by_hand.write_text(f"{LINE}\n")
    undo(str(tmp_path / "state" / "shell.manifest"))
    assert add(tmp_path, by_hand) and by_hand.read_text() == f"{LINE}\n"


def test_a_file_that_is_to_be_ours_alone_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "pyguard.fish"
    file.write_text("somebody's\n")
    assert not add(tmp_path, file, shared=False) and file.read_text() == "somebody's\n"


def test_the_users_shells_are_those_that_are_used(tmp_path: Path) -> None:
    root = Host(str(tmp_path))
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/passwd").write_text("alice:x:1000:1000::/home/alice:/usr/bin/zsh\n")
    (tmp_path / "home/alice/.config/fish").mkdir(parents=True)
    environ = {"HOME": "/home/alice", "SHELL": "/bin/bash"}
    assert login_shell(root, environ, 1000) == "zsh" and login_shell(root, environ, 1001) == "bash"
    found = {start.shell: start.path for start in start_files(root, environ, 1000, "/home/alice/shims")}
    assert found == {"zsh": "/home/alice/.zshrc", "fish": "/home/alice/.config/fish/conf.d/pyguard.fish"}
    (tmp_path / "home/alice/.bashrc").write_text("")
    assert "bash" in {start.shell for start in start_files(root, environ, 1000, "/home/alice/shims")}


def test_what_the_status_says_of_shells(tmp_path: Path) -> None:
    host, shims = Host(str(tmp_path)), "/home/alice/shims"
    start = Start("bash", "/home/alice/.bashrc", source_line("bash", shims), True)
    assert [layer.state for layer in inspect_shells(host, shims, [start], ["/usr/bin"])] == ["off"]
    (tmp_path / "home/alice/shims").mkdir(parents=True)
    for name in (".pyguard-shim", "pip"):
        (tmp_path / f"home/alice/shims/{name}").write_text("")
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/pip").write_text("")
    for text, state in (("", "off"), (start.line, "on"), ('eval "$(pyguard init bash)"\n', "on")):
        (tmp_path / "home/alice/.bashrc").write_text(text)
        shown, row = inspect_shells(host, shims, [start], ["/usr/bin", shims])
        assert row.state == state and "pip; not first on this PATH" in shown.detail
    assert "; first on this PATH" in inspect_shells(host, shims, [], [shims, "/usr/bin"])[0].detail
