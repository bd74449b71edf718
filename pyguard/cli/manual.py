"""`pyguard manual man|bash|zsh|fish`: this command line as a manual page, or as a shell's completions.

All of it is asked of the commands themselves, each with --help, so that it says what they do.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from ..errors import UsageError
from ..render.completions import COMPLETIONS
from ..render.manual_page import Entry, render_manual_page

USAGE = "usage: pyguard manual man|bash|zsh|fish"
WIDTH = "76"    # of the help texts: they are indented in a manual page
NOT_FOR_PEOPLE = ("handover",)


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """0."""
    forms = ("man", *COMPLETIONS)
    if len(arguments) != 1 or arguments[0] not in forms:
        raise UsageError("bad-usage", f"pyguard manual does not take {' '.join(arguments)!r}", hint=USAGE)
    entries = tuple(describe_commands())
    if arguments[0] == "man":
        stdout.write(render_manual_page(entries))
    else:
        stdout.write(COMPLETIONS[arguments[0]](entries))
    return 0


def describe_commands() -> Iterator[Entry]:
    """Each command that people call, then the guarded tools."""
    from .hook import SUBCOMMANDS
    from .main import COMMANDS, GUARDED

    for name, purpose in COMMANDS.items():
        if name in NOT_FOR_PEOPLE:
            continue
        below = tuple(Entry(word, said, _help_of(module, (), f"hook {word}"))
                      for word, (module, said) in SUBCOMMANDS.items()) if name == "hook" else ()
        yield Entry(name, purpose, _help_of(name, (), name), below)
    for tool in GUARDED:
        yield Entry(tool, f"judge a {tool} command, then refuse it or run the real {tool}",
                    f"usage: pyguard {tool} -- ARGUMENTS OF {tool}\n")


def _help_of(module: str, words: Sequence[str], name: str) -> str:
    """What the command prints for --help; those that read their few words by hand say it as a usage error."""
    run_command = importlib.import_module(f".{module}", __package__).run
    printed = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH
    try:
        with contextlib.redirect_stdout(printed):
            run_command([*words, "--help"], environ={}, cwd="/", uid=0, stdout=printed, stderr=io.StringIO())
    except SystemExit:
        pass    # argparse has printed
    except UsageError as error:
        printed.write(error.hint.rstrip() + "\n")
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    text = printed.getvalue()
    if not text.startswith("usage: "):
        raise ValueError(f"pyguard {name} --help says no usage")
    return text
