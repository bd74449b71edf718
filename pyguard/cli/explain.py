"""`pyguard explain [--json] COMMAND...`: the whole chain as a tree; `pyguard explain RULE`: what a rule is about.

`--environment-file FILE` writes the environment.yml that the command's conda redirect uses, to a new file.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TextIO

from ..errors import PyguardError, UsageError
from ..host import Host
from ..judge import identify, judge
from ..model.decision import Decision
from ..model.plan import Basis
from ..plugins import open_plugins
from ..policy.audited import AUDITED
from ..render.json_report import render_json
from ..render.rules import render_rule, render_rule_table
from ..render.tree import render_tree
from ..render.words import command_line, printable
from .caller import describe_caller
from .policy_files import load_settings
from .progress import progress_bar

PAGES = {rule.ID: rule for rule in AUDITED}
DEPTHS = {basis.value: basis for basis in (Basis.DECLARED, Basis.RESOLVED, Basis.REHEARSED)}
HINT = ("usage: pyguard explain [--json] [--depth declared|resolved|rehearsed] [--environment-file FILE] COMMAND..."
        " | RULE | --markdown")


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Exit 0: explaining is not refusing. Nothing is written but the file that was asked for.

    Nothing is run, but where a rehearsal is asked for (`--depth rehearsed`), and then in a view of its own.
    """
    options, rest = _read_options(arguments)
    if options.markdown:
        stdout.write(render_rule_table(AUDITED))
        return 0
    if not rest:
        raise UsageError("bad-usage", "pyguard explain needs a command or a rule", hint=HINT)
    if len(rest) == 1:
        if _write_page(rest[0], stdout):
            return 0
        rest = _split(rest[0])
    host, caller = Host(), describe_caller(environ, cwd, uid, progress_bar(stderr))
    command = identify(host, rest, caller)
    if not command.interpreter:
        stdout.write(printable(f"{command_line(command.argv)}: nothing of the operating system's, nor of conda's base: "
                               "it changes nothing, or an environment of its own") + "\n")
        return 0
    decision = judge(host, command, caller, load_settings(host, caller), deep=True, depth=options.depth)
    if options.environment_file:
        _write_environment_file(decision, os.path.join(cwd, options.environment_file))
        return 0
    stdout.write(render_json(decision) if options.json else render_tree(decision))
    return 0


class _Options(NamedTuple):
    """What stands before the command."""

    json: bool = False
    markdown: bool = False
    depth: Basis = Basis.DECLARED
    environment_file: str = ""


def _read_options(arguments: Sequence[str]) -> tuple[_Options, list[str]]:
    """The options, and the command or rule that follows them. Raises UsageError."""
    options, rest = _Options(), list(arguments)
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--":
            break
        if option == "--json":
            options = options._replace(json=True)
        elif option == "--markdown":
            options = options._replace(markdown=True)
        elif option == "--depth" and rest and rest[0] in DEPTHS:
            options = options._replace(depth=DEPTHS[rest.pop(0)])
        elif option == "--environment-file" and rest:
            options = options._replace(environment_file=rest.pop(0))
        else:
            raise UsageError("bad-usage", f"pyguard explain does not take {option!r}", hint=HINT)
    return options, rest


def _write_page(name: str, stdout: TextIO) -> bool:
    """The page of a rule, one of pyguard's or a plugin's; False for anything else."""
    page = render_rule(PAGES[name]) if name in PAGES else ""
    plugins = open_plugins() if not page and " " not in name else None
    for rule in plugins.described_rules() if plugins else ():
        if name == rule.ID:
            page = "".join(printable(line) + "\n" for line in render_rule(rule).splitlines())
    stdout.write(page)
    return bool(page)


def _write_environment_file(decision: Decision, path: str) -> None:
    """Never over a file that is there: it may be the project's own."""
    from ..enforce.new_file import write_new

    files = [text for remedy in decision.remedies for _, text in remedy.files]
    if not files:
        raise PyguardError("no-environment-file", "there is nothing in this command that conda would install",
                           hint="pyguard explain COMMAND shows what is offered instead")
    write_new(path, files[0])


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError("bad-usage", f"the command cannot be read: {error}", text, HINT) from error
