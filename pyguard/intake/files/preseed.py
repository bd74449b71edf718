"""Debian's preseed files: what late_command runs by `in-target` is run in the system that was installed."""

from __future__ import annotations

import re

from ...model.late_pattern import late
from ..circumstances import Active, Ground, HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "preseed"
ANSWER = late(r"^(?:d-i|ubiquity)[ \t]+[\w-]+/[\w/-]+[ \t]+\w+", re.M)
COMMAND = late(r"^(?:d-i|ubiquity)[ \t]+(?:preseed/(?:late|early)_command|ubiquity/success_command)[ \t]+string[ \t]+"
               r"((?:[^\\\n]|\\[^\n]|\\\n)*)", re.M)


def claims(path: str, head: str) -> bool:
    """By the answers for debian-installer."""
    return ANSWER.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """Each command's text as one script."""
    shell = ShellRun(lambda name, cwd: repository.follow(name, file.path, cwd))
    for match in COMMAND.finditer(file.text):
        line = file.text.count("\n", 0, match.start(1)) + 1
        column = match.start(1) - file.text.rfind("\n", 0, match.start(1))
        shell.run_script(SourceText(match.group(1), file.path, line, column), installer_state())
    return Reading(tuple(shell.found), (), tuple(shell.calls))


def installer_state() -> State:
    """The system that an installer itself runs on, in memory: only a chroot gets at the one that it installs."""
    state = State(HostName(), User.ROOT)
    state.activate(Active(Ground.PRIVATE, "", "the installer's own system, which is gone afterwards"))
    return state
