"""Lists of shell lines in YAML (`script:`, `run:`) are walked as one shell or as many."""

from __future__ import annotations

import re
from typing import Any, Optional

from ..shell.documents import unit_commands
from ..shell.run import ShellRun
from ..shell.state import State
from ..source_text import SourceText
from .yaml_nodes import items, source_of


def run_lines(nodes: list[Any], state: State, shell: ShellRun, lines: list[str], path: str) -> State:
    """One shell for all of them: what one activates holds for the next (GitLab, Travis)."""
    for node in nodes:
        for each in items(node):
            source = source_of(each, lines, path)
            if source is not None:
                shell.run_script(source, state)
    return state


def run_apart(nodes: list[Any], state: State, shell: ShellRun, lines: list[str], path: str,
              wrapper: Optional[re.Pattern[str]] = None) -> None:
    """A new shell for each: only what is on disk goes on (cloud-init, GitHub's actions). What only hands a command
    on, `wrapper` finds: blanks take its place."""
    for node in nodes:
        for each in items(node):
            source = source_of(each, lines, path)
            if source is not None:
                if wrapper is not None:
                    source.text = wrapper.sub(lambda match: " " * len(match.group()), source.text)
                end = shell.run_script(source, state.copy())
                state.note_manager(end.manager)
                state.private_versions |= end.private_versions


def run_written(source: SourceText, path: str, state: State, shell: ShellRun) -> None:
    """A file that is put on a machine: a script, or what a systemd unit runs."""
    fresh = state.copy()
    if re.match(r"#!.*sh\b", source.text) or path.endswith(".sh"):
        shell.run_script(source, fresh)
    for start, end, user in unit_commands(source.text):
        unit = state.copy()
        unit.user = user
        place = source.locate(start, start)
        text = source.text[start:end].replace("%%", "%")
        shell.run_script(SourceText(text, source.path, place.line, place.column, source.margin), unit)
