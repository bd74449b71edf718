"""The commands with their help texts -> a manual page in man(7)'s language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .. import __version__

EXITS = (
    ("0", "nothing to say, or allowed"),
    ("1", "pyguard itself failed"),
    ("2", "usage"),
    ("10", "check, audit, doctor: findings at or above the threshold"),
    ("11", "an install was refused, nothing was run"),
    ("12", "repair, undo: some steps failed; the journal says which"),
    ("127", "the command is allowed, but there is no pip to run it with"),
    ("other", "the real tool's own exit code, untouched"),
)
FILES = (
    ("/etc/pyguard/policy.toml", "the machine's policy; pyguard policy check reads it"),
    ("/etc/pyguard/disabled", "while it is there (root's, empty), everything is switched off"),
    ("/var/lib/pyguard", "what is in place, the notices that the startup hook reads, the changes that can be undone"),
    ("/var/log/pyguard/journal.jsonl", "refusals and overrides; pyguard log shows them"),
)
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*)")


class Entry(NamedTuple):
    """A command: `help` as it prints it; `below` are its subcommands."""

    name: str
    purpose: str
    help: str
    below: tuple[Entry, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """The long options that its help names, in their order."""
        return tuple(dict.fromkeys(OPTION.findall(self.help)))


def render_manual_page(entries: Sequence[Entry]) -> str:
    """pyguard(1)."""
    return "\n".join(_lines(entries)) + "\n"


def _lines(entries: Sequence[Entry]) -> Iterator[str]:
    yield f'.TH PYGUARD 1 "" "pyguard {__version__}" "User Commands"'
    yield from (".SH NAME", "pyguard \\- a seat belt for the system Python", ".SH SYNOPSIS", ".B pyguard",
                "COMMAND ...", ".SH DESCRIPTION")
    yield escape("Linux distributions run their own tools on the same /usr/bin/python3 that people type pip install "
                 "into. pyguard looks at the machine before pip does: it says which tools stand on what an install "
                 "would shadow, overwrite or break, refuses it with the evidence, and gives the command that gets you "
                 "what you wanted safely. In a virtual environment of your own it steps aside.")
    yield ".SH COMMANDS"
    for entry in entries:
        yield from _command(entry, entry.name)
    yield ".SH EXIT STATUS"
    for code, meaning in EXITS:
        yield from (".TP", f".B {escape(code)}", escape(meaning))
    yield ".SH FILES"
    for path, meaning in FILES:
        yield from (".TP", f".I {escape(path)}", escape(meaning))


def _command(entry: Entry, name: str) -> Iterator[str]:
    yield f".SS pyguard {escape(name)}"
    yield escape(entry.purpose[:1].upper() + entry.purpose[1:] + ".")
    yield from (".PP", ".nf")
    yield from (escape(line.rstrip()) for line in entry.help.rstrip().split("\n"))
    yield ".fi"
    for each in entry.below:
        yield from _command(each, f"{name} {each.name}")


def escape(text: str) -> str:
    """A backslash, a hyphen that is to be copied, and a dot or quote that would begin a request (man(7))."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
