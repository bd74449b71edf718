"""tox.ini: commands run in tox's own environments; only what leaves them is of interest."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "tox"
KEY = late(r"^(commands(?:_pre|_post)?|install_command)\s*=\s*")


def claims(path: str, head: str) -> bool:
    """tox.ini, and setup.cfg with a tox section."""
    name = path.rsplit("/", 1)[-1]
    return name == "tox.ini" or (name == "setup.cfg" and "[tox:" in head)


def read(file: FileText, repository: Repository) -> Reading:
    """Each line of `commands`, in a virtual environment: `sudo pip` there is found, `pip` is not."""
    shell = ShellRun()
    inside = False
    for number, line in enumerate(file.text.split("\n"), 1):
        match = KEY.match(line)
        inside = bool(match) or (inside and (line.startswith((" ", "\t")) or not line.strip()))
        start = match.end() if match else len(line) - len(line.lstrip())
        text = line[start:].lstrip("-")
        if inside and text.strip() and not text.lstrip().startswith("#"):
            state = State(HostName(), User.UNKNOWN)
            state.activate(Active(Ground.VENV, "", "tox runs it in an environment of its own"))
            shell.run_script(SourceText(re.sub(r"[{}]", "_", text), file.path, number, start + 1), state)
    return Reading(tuple(shell.found))
