"""`pyguard explain [--json] COMMAND...`: the whole chain as a tree; `pyguard explain RULE`: what a rule is about."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import TextIO

from ..errors import UsageError
from ..host import Host
from ..judge import identify, judge
from ..model.plan import Basis
from ..policy.rules import RULES
from ..render.json_report import render_json
from ..render.rules import render_rule, render_rule_table
from ..render.tree import render_tree
from ..render.words import command_line, printable
from .caller import describe_caller
from .policy_files import load_settings

DEPTHS = {basis.value: basis for basis in (Basis.DECLARED, Basis.RESOLVED)}
HINT = "usage: pyguard explain [--json] [--depth declared|resolved] COMMAND... | RULE | --markdown"


def run(arguments: Sequence[str], *, environ: Mapping[str, str], cwd: str, uid: int,
        stdout: TextIO, stderr: TextIO) -> int:
    """Always exit 0: explaining is not refusing. Nothing is run, nothing is written."""
    rest = list(arguments)
    as_json, depth = False, Basis.DECLARED
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "--markdown":
            stdout.write(render_rule_table(RULES))
            return 0
        if option == "--":
            break
        if option == "--depth" and rest and rest[0] in DEPTHS:
            depth = DEPTHS[rest.pop(0)]
            continue
        if option != "--json":
            raise UsageError("bad-usage", f"pyguard explain does not take {option!r}", hint=HINT)
        as_json = True
    if not rest:
        raise UsageError("bad-usage", "pyguard explain needs a command or a rule", hint=HINT)
    if len(rest) == 1:
        rule = next((rule for rule in RULES if rest[0] == rule.ID), None)
        if rule is not None:
            stdout.write(render_rule(rule))
            return 0
        rest = _split(rest[0])
    host, caller = Host(), describe_caller(environ, cwd, uid)
    command = identify(host, rest, caller)
    if not command.interpreter:
        stdout.write(printable(f"{command_line(command.argv)}: nothing of the operating system's, nor of conda's base: "
                               "it changes nothing, or an environment of its own") + "\n")
        return 0
    decision = judge(host, command, caller, load_settings(host, caller), deep=True, depth=depth)
    stdout.write(render_json(decision) if as_json else render_tree(decision))
    return 0


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError("bad-usage", f"the command cannot be read: {error}", text, HINT) from error
