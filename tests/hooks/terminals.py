"""A shell and lines to type become what it wrote to files: shells in a pseudo-terminal, as people have them."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

PATIENCE = 30.0    # seconds


class Shell(NamedTuple):
    """How a shell is started without its configuration; `strict` makes it stop at every doubtful thing."""

    name: str
    start: tuple[str, ...]
    strict: tuple[str, ...] = ()
    source: str = ". {}"
    activate: str = "bin/activate"
    set_path: str = "PATH={}; export PATH"


SHELLS = (
    Shell("bash", ("bash", "--norc", "--noprofile"), ("-euo", "pipefail")),
    Shell("zsh", ("zsh", "-f"), ("-eu", "-o", "pipefail")),
    Shell("fish", ("fish", "--no-config"), (), "source {}", "bin/activate.fish", "set -gx PATH (string split : -- {})"),
    Shell("sh", ("dash",), ("-eu",)),
)


def installed(shell: Shell) -> bool:
    """Whether it is on this machine."""
    return shutil.which(shell.start[0]) is not None


def run_shell(shell: Shell, script: str, environ: Mapping[str, str], options: Sequence[str] = (),
              strict: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a script with `-c`."""
    program = shutil.which(shell.start[0]) or ""
    return subprocess.run([program, *shell.start[1:], *(shell.strict if strict else ()), *options, "-c", script],
                          env=dict(environ), capture_output=True, text=True, timeout=PATIENCE, check=False,
                          stdin=subprocess.DEVNULL)


def type_lines(shell: Shell, lines: Sequence[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Type lines into an interactive shell, a prompt before each; its exit code, and what the screen showed."""
    program = shutil.which(shell.start[0]) or ""
    master, slave = pty.openpty()
    process = subprocess.Popen([program, *shell.start[1:], "-i"], stdin=slave, stdout=slave, stderr=slave,
                               env={"TERM": "dumb", **environ}, start_new_session=True,
                               preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(slave)
    try:
        os.write(master, "".join(f"{line}\n" for line in (*lines, "exit")).encode())
        screen = _read(master, process)
    finally:
        os.close(master)
        if process.poll() is None:
            process.kill()
    return process.wait(), screen


def _read(master: int, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + PATIENCE
    seen = b""
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.2)
        if ready:
            try:
                data = os.read(master, 65536)
            except OSError:
                break    # EIO: the last process that had the terminal open is gone
            if not data:
                break
            seen += data
        elif process.poll() is not None:
            break
    return seen.decode(errors="replace")
