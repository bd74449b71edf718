"""Programs for Pulumi and the CDKs in TypeScript or JavaScript: their strings that are shell scripts are user data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...model.late_pattern import late
from ..circumstances import HostName, Reading, User
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .repository import FileText, Repository

KIND = "machine-program"
IMPORTS = late(r"[\"'](?:@pulumi/|aws-cdk|@aws-cdk/|cdktf|@cdktf/)")
SCRIPT = late(r"`(\s*#!\s*\S*?(?:/|env\s+)(?:ba|da|z|k)?sh\b(?:[^`\\]|\\.)*)`", re.S)
COMMANDS = late(r"\.(?:addCommands|addUserData)\(")
STRING = late(r"\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.S)
BETWEEN = late(r"(?:[\s,]|//[^\n]*)+")
FILLED = late(r"(?<!\\)\$\{[^{}`]{0,400}(?:\{[^{}`]{0,400}\}[^{}`]{0,400})*\}")
ESCAPED = late(r"\\([`$\\\"'])")
FOR_WINDOWS = late(r"forWindows|WindowsVersion|WindowsImage|<powershell>")
MAX_STRINGS = 500


def claims(path: str, head: str) -> bool:
    """By what it imports."""
    return path.endswith((".ts", ".js")) and IMPORTS.search(head) is not None


def read(file: FileText, repository: Repository) -> Reading:
    """Template literals that begin with `#!`, each a script; what addCommands gets, one after the other."""
    shell = ShellRun()
    for match in SCRIPT.finditer(file.text):
        _run(match.group(1), match.start(1), file, _state(), shell)
    if FOR_WINDOWS.search(file.text) is None:
        state = _state()
        for start, text in _told(file.text):
            _run(text, start, file, state, shell)
    return Reading(tuple(shell.found))


def _state() -> State:
    state = State(HostName(), User.ROOT)
    state.manager = "user data sets a distribution's machine up"
    return state


def _run(text: str, start: int, file: FileText, state: State, shell: ShellRun) -> None:
    line = file.text.count("\n", 0, start) + 1
    column = start - file.text.rfind("\n", 0, start)
    body = ESCAPED.sub(r"\1", FILLED.sub("${filled}", text))
    shell.run_script(SourceText(body, file.path, line, column), state)


def _told(text: str) -> Iterator[tuple[int, str]]:
    """The literal arguments of such calls, up to the first that is none."""
    count = 0
    for call in COMMANDS.finditer(text):
        position = call.end()
        while count < MAX_STRINGS:
            between = BETWEEN.match(text, position)
            position = between.end() if between is not None else position
            string = STRING.match(text, position)
            if string is None:
                break
            count += 1
            group = string.lastindex or 1
            if not string.group(group).lstrip().startswith("#!"):    # else it was read already
                yield string.start(group), string.group(group)
            position = string.end()
