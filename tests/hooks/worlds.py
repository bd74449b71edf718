"""A directory becomes a small world for the shim: shims, stand-ins that record how they were called, an engine."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Optional

HOOKS = Path(__file__).parent.parent.parent / "hooks"
SHIM = HOOKS / "shim" / "pip"
TOOLS_PATH = "/usr/bin:/bin"
RECORDER = """#!/bin/sh
printf '%s\\0' "$#" "$0" "$@" >>"$RECORD"
env -0 >"$RECORD.environment"
exit "${RECORD_EXIT-0}"
"""
SHELLS = {"dash": ("dash",), "bash": ("bash", "--posix"), "busybox": ("busybox", "sh")}


class Run(NamedTuple):
    """What came of one call: `calls` are argument vectors, each beginning with the program's path."""

    code: int
    stdout: str
    stderr: str
    calls: tuple[tuple[str, ...], ...]
    environment: Mapping[str, str]


class World:
    """shims/ with the shim under several names, bin/ with the real tools, venv/ with the engine."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.shims, self.bin = root / "shims", root / "bin"
        self.record = root / "record"
        self.shims.mkdir()
        for file in ("pip", "tools"):
            text = (HOOKS / "shim" / file).read_text(encoding="utf-8")
            for place, stand_in in (
                    ("/usr/local/lib/pyguard", "system"), ("/usr/lib/pyguard", "packaged"), ("/etc/pyguard", "etc"),
                    ("/etc/pip.conf", "etc/pip.conf"), ("/etc/xdg", "etc/xdg")):
                text = text.replace(place, shlex.quote(str(root / stand_in)))
            write(self.shims / (".pyguard-shim" if file == "pip" else ".pyguard-tools"), text)
        for name in ("pip", "pip3", "pip3.11", "uv", "pipx", "conda", "poetry", "pipenv", "pdm", "pip-sync",
                     "easy_install"):
            (self.shims / name).symlink_to(".pyguard-shim")
        for name in ("pip", "uv", "conda"):
            self.tool(self.bin / name)

    def tool(self, path: Path, text: str = RECORDER) -> str:
        """Write a program that records its call, or any other; returns its path."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, text)
        return str(path)

    def engine(self, below: str = "venv") -> str:
        """Make an environment that looks like pyguard's; returns its interpreter."""
        venv = self.root / below
        python = self.tool(self.root / "base" / "python3.11")
        (venv / "lib" / "python3.11").mkdir(parents=True)
        (venv / "bin").mkdir()
        (venv / "bin" / "python").symlink_to(python)
        (venv / "main.py").write_text("", encoding="utf-8")
        (venv / "pyvenv.cfg").write_text(f"home = {self.root}/base\nversion = 3.11.2\n", encoding="utf-8")
        return str(venv / "bin" / "python")

    def run(self, argv: Sequence[str], shell: Sequence[str] = (), path: Optional[Sequence[object]] = None,
            env: Optional[Mapping[str, Optional[str]]] = None, cwd: Optional[Path] = None,
            stdin: str = "") -> Run:
        """Call `argv[0]` by its name in shims/, with the shims first on PATH, in a shell or by its own `#!`."""
        for place in (self.record, Path(f"{self.record}.environment")):
            place.unlink(missing_ok=True)
        directories = [self.shims, self.bin, TOOLS_PATH] if path is None else path
        variables: dict[str, Optional[str]] = {
            "PATH": ":".join(map(str, directories)), "RECORD": str(self.record), "HOME": str(self.root / "home")}
        variables.update(env or {})
        done = subprocess.run([*shell, str(self.shims / argv[0]), *argv[1:]], input=stdin, capture_output=True,
                              text=True, errors="surrogateescape", cwd=cwd or self.root, timeout=30, check=False,
                              env={name: value for name, value in variables.items() if value is not None})
        return Run(done.returncode, done.stdout, done.stderr, self.calls(), self._environment())

    def calls(self) -> tuple[tuple[str, ...], ...]:
        if not self.record.exists():
            return ()
        fields = os.fsdecode(self.record.read_bytes()).split("\0")[:-1]
        found = []
        while fields:
            length = int(fields[0]) + 2    # itself and the program's path
            found.append(tuple(fields[1:length]))
            del fields[:length]
        return tuple(found)

    def _environment(self) -> Mapping[str, str]:
        place = Path(f"{self.record}.environment")
        if not place.exists():
            return {}
        entries = os.fsdecode(place.read_bytes()).split("\0")[:-1]
        return dict(entry.split("=", 1) for entry in entries)


def write(path: Path, text: str) -> None:
    """A program."""
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def shells() -> list[tuple[str, ...]]:
    """The shells that are here, as command lines; dash or another /bin/sh always is."""
    found = [(shutil.which(command[0]) or "", *command[1:]) for command in SHELLS.values() if shutil.which(command[0])]
    return [*found, ("/bin/sh", "-eu")]
