"""`pyguard undo`: what was left is said, has an exit code of its own, and is tried again only by its name."""

from __future__ import annotations

import io
import os
from pathlib import Path

from pyguard.cli.changes import changes_directory
from pyguard.cli.history import run as run_history
from pyguard.cli.undo import run
from pyguard.enforce.changes.files import NewFile
from pyguard.enforce.changes.transaction import Transaction
from pyguard.enforce.manifest import Manifest
from pyguard.enforce.marked import BEGIN, END

UID = 1000 if os.geteuid() == 0 else os.geteuid()    # root's changes lie where no test may write
FIRST, SECOND = "20260101-000000-0001", "20260101-000000-0002"


def ask(home: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    code = run(words, environ={"HOME": str(home)}, cwd="/", uid=UID, stdout=out, stderr=out)
    return code, out.getvalue()


def put(home: Path, identifier: str, name: str, done: bool = True) -> Path:
    directory = changes_directory({"HOME": str(home)}, UID)
    os.makedirs(directory, mode=0o700, exist_ok=True)
    os.chown(directory, UID, -1)
    transaction = Transaction(f"{directory}/{identifier}", {"title": "a test"})
    transaction.put(str(home / name), NewFile(b"x", uid=os.geteuid(), gid=os.getegid()))
    if done:
        transaction.finish()
    return home / name


def test_what_was_left(tmp_path: Path) -> None:
    older, newer = put(tmp_path, FIRST, "older"), put(tmp_path, SECOND, "newer")
    newer.write_text("mine")
    code, said = ask(tmp_path)
    assert code == 12 and "newer: was changed since, and was left" in said and f"pyguard undo {SECOND} tries" in said
    newer.write_text("x")
    assert ask(tmp_path) == (0, f"{FIRST}: taken back, everything is as it was\n")
    assert newer.exists() and not older.exists()
    out = io.StringIO()
    run_history([], environ={"HOME": str(tmp_path)}, cwd="/", uid=UID, stdout=out, stderr=out)
    assert f"{SECOND}    taken back in part: a test" in out.getvalue()
    assert ask(tmp_path, SECOND) == (0, f"{SECOND}: taken back, everything is as it was\n")


def test_what_an_interrupted_one_left(tmp_path: Path) -> None:
    put(tmp_path, FIRST, "conf", done=False).write_text("mine")
    code, said = ask(tmp_path)
    assert code == 12 and f"{FIRST} had been interrupted: taken back in part" in said and "was changed since" in said


def test_hooks_that_were_left_have_the_same_exit_code_and_keep_their_remover(tmp_path: Path) -> None:
    kept = tmp_path / ".local" / "state" / "pyguard" / "hooks"
    for name, path, text in (("shell", tmp_path / ".bashrc", f"{BEGIN}\nx\n{END}\n"),
                             ("remover", kept / "remove.sh", "#!/bin/sh\n")):
        manifest = Manifest(str(kept / f"{name}.manifest"))
        manifest.open()
        manifest.create(str(path), text.encode())
    (tmp_path / ".bashrc").write_text(f"{BEGIN}\nx\nalias ll='ls -l'\n")
    code, said = ask(tmp_path, "hooks")
    assert code == 12 and ".bashrc: was changed since" in said and (kept / "remove.sh").exists()
    (tmp_path / ".bashrc").write_text(f"{BEGIN}\nx\n{END}\nalias ll='ls -l'\n")
    assert ask(tmp_path, "hooks")[0] == 0 and not kept.exists()
    assert (tmp_path / ".bashrc").read_text() == "alias ll='ls -l'\n"
